import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const CHILD = fileURLToPath(new URL("children/hostile-documents.mjs", import.meta.url));

it("390 anonymous lookups of hostile metadata documents run in 64 MB and leave next to nothing", () => {
  const args = ["--max-old-space-size=64", "--expose-gc", CHILD];
  const kept = Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
  expect(kept).toBeLessThan(4_000_000);
});
