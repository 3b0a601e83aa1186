// `npm run example NAME`: install, build and start examples/NAME. Flags after `--` go to its `start` script.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
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
const { status } = spawnSync("npm", ["run", "--silent", "start", "--", ...flags], {
  cwd: folder,
  stdio: "inherit",
});
process.exit(status ?? 1);
