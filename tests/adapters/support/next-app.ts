import type { HttpTarget } from "@oauth-dcr/contract-tests";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { ended, written } from "./child.js";

const NEXT = createRequire(import.meta.url).resolve("next/dist/bin/next");
const ROOT = join(import.meta.dirname, "../../..");
const APP = join(import.meta.dirname, "../next-app");
const BUILT_FROM = [
  "tests/adapters/next-app/app",
  "tests/adapters/next-app/registration.ts",
  "tests/adapters/next-app/next.config.ts",
  "tests/adapters/support/open-server.ts",
  "tests/node_modules/next/package.json",
  "packages/core/dist",
  "packages/adapter-next/dist",
];

/** Stopped by its owner, since several contracts run against it. */
export interface RunningApp extends HttpTarget {
  stop(): Promise<void>;
}

/** Builds the application where what it is built from has changed, and starts it on a free port. */
export async function startNextApp(basePath: string): Promise<RunningApp> {
  const distDir = `.next/${basePath ? "with" : "without"}-base-path`;
  const env = {
    ...process.env,
    // Vitest's own would make Next.js build for development.
    NODE_ENV: "production" as const,
    NEXT_TELEMETRY_DISABLED: "1",
    NEXT_TEST_BASE_PATH: basePath,
    NEXT_TEST_DIST_DIR: distDir,
  };
  const stamp = join(APP, distDir, "built-from");
  const inputs = await fingerprint();
  if ((await readFile(stamp, "utf8").catch(() => "")) !== inputs) {
    await promisify(execFile)(process.execPath, [NEXT, "build"], { cwd: APP, env });
    // It names types of this one build, and would break the type check of the tests once that is gone.
    await rm(join(APP, "next-env.d.ts"), { force: true });
    await writeFile(stamp, inputs);
  }

  const child = spawn(process.execPath, [NEXT, "start", "--port", "0", "--hostname", "127.0.0.1"], {
    cwd: APP,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const origin = await written(child, child.stdout, /(http:\/\/127\.0\.0\.1:\d+)[^]*Ready/);
  return {
    fetch: (path, init) => fetch(origin + basePath + path, init),
    stop: () => ended(child),
  };
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const input of BUILT_FROM) {
    const entries = await readdir(join(ROOT, input), { recursive: true, withFileTypes: true }).catch(
      () => undefined,
    );
    const files = entries
      ? entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      : [join(ROOT, input)];
    for (const file of files.sort()) hash.update(file).update(await readFile(file));
  }
  return hash.digest("hex");
}
