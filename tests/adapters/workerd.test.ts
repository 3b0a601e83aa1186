import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIMIT } from "./support/open-server.js";
import { countsByProxiedAddress } from "./support/proxied-address.js";
import { through } from "./support/through.js";
import { startWorker, type RunningWorker } from "./support/workerd.js";

const here = (path: string): string => join(import.meta.dirname, path);

let target: RunningWorker;
beforeAll(async () => {
  target = await startWorker(here("worker/worker.ts"), here("worker"));
});
afterAll(() => target.stop());

through("Hono on workerd", () => target, {
  limited: {
    limit: LIMIT,
    createFetch: () => ({ fetch: (path, init) => target.fetch(`/limited${path}`, init) }),
  },
});

describe("Hono on workerd", () => {
  it("has no module of Node.js in its bundle", async () => {
    const bundle = await readFile(join(target.folder, "worker.js"), "utf8");
    const imports = [...bundle.matchAll(/\b(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    expect(imports.filter((name = "") => name.startsWith("node:") || builtinModules.includes(name))).toEqual(
      [],
    );
  });

  it("counts by the address that its proxy saw", () => countsByProxiedAddress(target, "/proxied/register"));
});
