// `npm start`: install, build and serve. Flags after `--` go to `oauth-dcr serve`.
import { install, pnpm } from "./workspace.mjs";

// Without the other runtimes that the tests run on, which are 200 MB.
install("--filter=!@oauth-dcr/runtimes");
pnpm("build", "exec", "turbo", "run", "build", "--filter=@oauth-dcr/server", "--output-logs=errors-only");

// In this process, so that a signal reaches the server itself.
console.log("\n--- serve");
process.argv.splice(2, 0, "serve");
await import("../packages/server/dist/cli.js");
