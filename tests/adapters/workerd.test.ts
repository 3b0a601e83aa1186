import type { HttpTarget } from "@oauth-dcr/contract-tests";
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { builtinModules, createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, written } from "./support/child.js";
import { LIMIT } from "./support/open-desk.js";
import { countsByProxiedAddress } from "./support/proxied-address.js";
import { through } from "./support/through.js";

const { default: workerd } = createRequire(import.meta.url)("workerd") as { readonly default: string };
const here = (path: string): string => join(import.meta.dirname, path);

let folder: string;
let target: HttpTarget;
let stop: () => Promise<void>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oauth-dcr-worker-"));
  await build({
    entryPoints: [here("worker/worker.ts")],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    // Neutral, so that an import of a Node.js module is an error of the build.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker"],
  });
  await copyFile(here("worker/workerd.capnp"), join(folder, "workerd.capnp"));
  const child = spawn(workerd, ["serve", "workerd.capnp", "--control-fd=3"], {
    cwd: folder,
    stdio: ["ignore", "inherit", "pipe", "pipe"],
  });
  stop = () => ended(child);
  const port = await written(child, child.stdio[3] as Readable, /"event":"listen".*"port":(\d+)/);
  target = { fetch: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
});

afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

through("Hono on workerd", () => target, {
  limited: {
    limit: LIMIT,
    createFetch: () => ({ fetch: (path, init) => target.fetch(`/limited${path}`, init) }),
  },
});

describe("Hono on workerd", () => {
  it("has no module of Node.js in its bundle", async () => {
    const bundle = await readFile(join(folder, "worker.js"), "utf8");
    const imports = [...bundle.matchAll(/\b(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    expect(imports.filter((name = "") => name.startsWith("node:") || builtinModules.includes(name))).toEqual(
      [],
    );
  });

  it("counts by the address that its proxy saw", () => countsByProxiedAddress(target, "/proxied/register"));
});
