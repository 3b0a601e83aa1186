// What `npm start` and `npm test` share: the workspace's own pnpm, run by npm alone.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** Runs `pnpm` with `args` in the workspace and shows its output; ends this process where that fails. */
export function pnpm(title, ...args) {
  console.log(`\n--- ${title}`);
  const { status, error } = spawnSync("npx", ["--yes", packageManager, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      CI: process.env.CI ?? "true",
      TURBO_TELEMETRY_DISABLED: "1",
      NEXT_TELEMETRY_DISABLED: "1",
      npm_config_update_notifier: "false",
    },
  });
  if (error) console.error(error.message);
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs exactly what the lockfile says, of all packages unless told. */
export function install(...filter) {
  pnpm("install", "install", "--frozen-lockfile", "--prefer-offline", "--reporter=append-only", ...filter);
}
