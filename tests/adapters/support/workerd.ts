import { build, type Plugin } from "esbuild";
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { ended, written } from "./child.js";

const { default: workerd } = createRequire(import.meta.url)("workerd") as { readonly default: string };

export interface RunningWorker {
  /** Where its files are: `worker.js` is the bundle. */
  readonly folder: string;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
  /** What it wrote to its log so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/** Bundles a worker and runs it on workerd, as the `workerd.capnp` in `configuration` says. */
export async function startWorker(
  entryPoint: string,
  configuration: string,
  { plugins = [], flags = [] }: { readonly plugins?: Plugin[]; readonly flags?: readonly string[] } = {},
): Promise<RunningWorker> {
  const folder = await mkdtemp(join(tmpdir(), "oauth-dcr-worker-"));
  await build({
    entryPoints: [entryPoint],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    // Neutral, so that an import of a Node.js module is an error of the build.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker"],
    plugins,
  });
  for (const name of await readdir(configuration)) {
    if (/\.(?:capnp|mjs)$/.test(name)) await copyFile(join(configuration, name), join(folder, name));
  }
  const child = spawn(workerd, ["serve", "workerd.capnp", "--control-fd=3", ...flags], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stdout?.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const port = await written(child, child.stdio[3] as Readable, /"event":"listen".*"port":(\d+)/);
  return {
    folder,
    fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    log: () => log,
    async stop() {
      await ended(child);
      await rm(folder, { recursive: true });
    },
  };
}
