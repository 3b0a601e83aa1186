// npm run bench [-- --rounds 5 --seconds 2 --growth --no-write]: everything in one run, and bench/RESULTS.md from it.
// With --growth also the databases at 10,000 and 1,000,000 clients, which takes some minutes.
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { report } from "./report.mjs";

const here = import.meta.dirname;
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    growth: { type: "boolean", default: false },
    "no-write": { type: "boolean", default: false },
  },
});

if (!existsSync(join(here, "peers/node_modules"))) {
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: join(here, "peers"),
    stdio: ["ignore", "ignore", "inherit"],
  });
}
const { runRounds } = await import("./rounds.mjs");
const printed = (script) =>
  JSON.parse(execFileSync(process.execPath, [join(here, script)], { encoding: "utf8", maxBuffer: 1e7 }));
const sizes = printed("size.mjs");
const inProcess = printed("in-process.mjs");
const { rounds, seconds } = values;
const results = await runRounds(Number(rounds), Number(seconds));
const capacity = values.growth ? printed("capacity.mjs") : undefined;
const command = `npm run bench -- --rounds ${rounds} --seconds ${seconds}${values.growth ? " --growth" : ""}`;
const document = report({ results, inProcess, sizes, capacity, rounds, seconds, command });
if (values["no-write"]) console.log(document);
else writeFileSync(join(here, "RESULTS.md"), document);
