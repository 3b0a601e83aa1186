// `npm run example NAME`: install, build and start examples/NAME.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { install, pnpm, root } from "./workspace.mjs";

const [name = ""] = process.argv.splice(2);
const folder = join(root, "examples", name);
if (!/^[\w-]+$/.test(name) || !existsSync(join(folder, "src/main.ts"))) {
  console.error("npm run example NAME, with the name of a folder in examples/ that has a src/main.ts");
  process.exit(1);
}
install();
pnpm(
  "build",
  "exec",
  "turbo",
  "run",
  "build",
  `--filter=@oauth-dcr/example-${name}`,
  "--output-logs=errors-only",
);

// In this process, so that a signal reaches the server itself.
console.log(`\n--- ${name}`);
await import(pathToFileURL(join(folder, "dist/main.js")).href);
