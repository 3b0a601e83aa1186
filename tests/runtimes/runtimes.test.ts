import { EdgeVM } from "@edge-runtime/vm";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startWorker } from "../adapters/support/workerd.js";
import { caseList } from "./case-list.js";
import { CASE_NAMES } from "./cases.js";
import type { Report } from "./report.js";
import { bundledScript, entry, unbundledEntry } from "./support/bundle.js";
import { PROCESS_RUNTIMES, runInProcess, versionOf } from "./support/process-runtimes.js";

const ALL_WELL = CASE_NAMES.map((name) => ({ name, ok: true }));

/** Every case by its name, none more and none less, and each as it should be. */
function expectAllWell({ results }: Report): void {
  expect(results).toEqual(ALL_WELL);
}

function versionOfPackage(name: string): string {
  return (createRequire(import.meta.url)(`${name}/package.json`) as { readonly version: string }).version;
}

describe("the case list", () => {
  it("has many cases, each with a name of its own", () => {
    expect(CASE_NAMES.length).toBeGreaterThan(100);
    expect(new Set(CASE_NAMES).size).toBe(CASE_NAMES.length);
  });

  it("tells what fails, and what could not begin", async () => {
    const list = caseList(({ describe, it, beforeAll, afterAll, expect }) => {
      describe("a group", () => {
        it("good", async () => expect(await Promise.resolve({ a: [1] })).toEqual({ a: [1], b: undefined }));
        it("another value", async () => expect(await Promise.resolve({ a: [1] })).toEqual({ a: [1, 2] }));
        it("another text", async () => expect(await Promise.resolve("one"), "the text").toMatch(/^two/));
        it("another type", async () => expect(await Promise.resolve(1)).toBe("1"));
        it("a throw", () => Promise.reject(new Error("thrown")));
      });
      describe("a group that does not start", () => {
        beforeAll(() => Promise.reject(new Error("no start")));
        it("good", () => Promise.resolve());
      });
      describe("a group that does not end", () => {
        afterAll(() => Promise.reject(new Error("no end")));
        it("good", () => Promise.resolve());
      });
    });
    const results = await list.run();
    expect(results.map(({ name, ok, error }) => [name, ok, error?.split("\n")[0]])).toEqual([
      ["a group > good", true, undefined],
      ["a group > another value", false, 'Error: : {"a":[1]} must equal {"a":[1,2]}'],
      ["a group > another text", false, 'Error: the text: "one" must match /^two/'],
      ["a group > another type", false, 'Error: : 1 must be "1"'],
      ["a group > a throw", false, "Error: thrown"],
      ["a group that does not start > good", false, "Error: no start"],
      ["a group that does not end > good", false, "Error: no end"],
    ]);
    expect(results.map(({ name }) => name)).toEqual(list.names);
  });
});

describe("programs that find the built packages by their exports", () => {
  let file: string;
  beforeAll(async () => {
    file = await unbundledEntry();
  });

  for (const runtime of PROCESS_RUNTIMES) {
    const title = runtime.absent ? `${runtime.name} is not tested here: ${runtime.absent}` : runtime.name;
    it.skipIf(runtime.absent)(title, async () => {
      const report = await runInProcess(runtime, file);
      expect(report.runtime).toMatch(runtime.userAgent);
      expectAllWell(report);
      console.log(`${runtime.name}: ${await versionOf(runtime)}, ${report.results.length} cases`);
    });
  }
});

describe("runtimes that take a bundle", () => {
  it("workerd, with no compatibility flag", async () => {
    const configuration = join(import.meta.dirname, "../adapters/worker");
    const worker = await startWorker(entry("fetch-handler.ts"), configuration);
    try {
      const report = (await (await worker.fetch("/")).json()) as Report;
      expect(report.runtime).toBe("Cloudflare-Workers");
      expectAllWell(report);
      console.log(`workerd: ${versionOfPackage("workerd")}, ${report.results.length} cases`);
    } finally {
      await worker.stop();
    }
  });

  it("edge-light, which evaluates no code from strings", async () => {
    const edge = new EdgeVM({ codeGeneration: { strings: false, wasm: false } });
    edge.evaluate(await bundledScript(["edge-light"]));
    // As text, since its objects are of another realm.
    const text = await edge.evaluate<Promise<string>>("report().then((report) => JSON.stringify(report))");
    const report = JSON.parse(text) as Report;
    expect(report.runtime).toBe("edge-runtime");
    expectAllWell(report);
    console.log(`edge-light: ${versionOfPackage("@edge-runtime/vm")}, ${report.results.length} cases`);
  });
});
