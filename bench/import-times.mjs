// How long importing a module takes, in a process of its own each time.
import { execFileSync } from "node:child_process";
import { median } from "./timed.mjs";

const MODULES = ["@oauth-dcr/core", "hono"];
const TIMES = 15;

/** Milliseconds, medians of imports in turns. */
export function importTimes() {
  const times = Object.fromEntries(MODULES.map((name) => [name, []]));
  for (let turn = 0; turn < TIMES; turn += 1) {
    for (const name of MODULES) {
      const code = `const start = performance.now(); await import("${name}"); console.log(performance.now() - start);`;
      const printed = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
        cwd: import.meta.dirname,
        encoding: "utf8",
      });
      times[name].push(Number(printed));
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}
