import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
// Inside the project, where a package finds tsup and TypeScript.
const folder = mkdtempSync(join(import.meta.dirname, ".build-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("a build takes no file away from a process that starts meanwhile, and leaves none of an earlier build", async () => {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), '{ "extends": "../../../tsconfig.base.json" }');
  writeFileSync(join(folder, "entry.ts"), "export const one: number = 1;");
  writeFileSync(
    join(folder, "tsup.config.ts"),
    'import { packageBuild } from "../../../tsup.config.js";\nexport default packageBuild(["entry.ts"]);',
  );
  const dist = join(folder, "dist");
  const names = ["entry.js", "entry.d.ts", "stale.js", "stale.d.ts"].map((name) => join(dist, name));
  const [entry = "", types = "", ...stale] = names;
  mkdirSync(dist);
  for (const name of names) {
    writeFileSync(name, "export {};");
    utimesSync(name, 1, 1);
  }

  const build = spawn(process.execPath, [join(ROOT, "node_modules/tsup/dist/cli-default.js")], {
    cwd: folder,
    stdio: "ignore",
  });
  const ended: { code?: number | null } = {};
  build.once("exit", (code) => (ended.code = code));
  while (ended.code === undefined) {
    expect([entry, types].filter((name) => !existsSync(name))).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(ended.code).toBe(0);
  expect(stale.filter((name) => existsSync(name))).toEqual([]);
});
