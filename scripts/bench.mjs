// `npm run bench`: install, build, and measure; flags after `--` go to bench/run.mjs.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { install, pnpm, root } from "./workspace.mjs";

install();
pnpm("build", "exec", "turbo", "run", "build", "--filter=@oauth-dcr/bench^...", "--output-logs=errors-only");
console.log("\n--- bench");
const { status } = spawnSync(process.execPath, [join(root, "bench/run.mjs"), ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exit(status ?? 1);
