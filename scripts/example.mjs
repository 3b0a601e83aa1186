// `npm run example NAME`: install, build and start examples/NAME. Flags after `--` go to its `start` script.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { install, pnpm, root } from "./workspace.mjs";

const [name = "", ...flags] = process.argv.slice(2);
const examples = readdirSync(join(root, "examples")).filter((each) =>
  existsSync(join(root, "examples", each, "README.md")),
);
if (!examples.includes(name)) {
  console.error(`npm run example NAME, with one of ${examples.join(", ")}`);
  process.exit(1);
}
install();
pnpm(
  "build",
  "exec",
  "turbo",
  "run",
  "build",
  `--filter=@oauth-dcr/example-${name}...`,
  "--output-logs=errors-only",
);

console.log(`\n--- ${name}`);
const folder = join(root, "examples", name);
const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
// As npm would, but without npm in between, which keeps signals to itself. The scripts end with `exec`.
const child = spawn("sh", ["-c", `${scripts.start} "$@"`, "start", ...flags], {
  cwd: folder,
  env: { ...process.env, PATH: `${join(folder, "node_modules/.bin")}:${process.env.PATH}` },
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 1));
