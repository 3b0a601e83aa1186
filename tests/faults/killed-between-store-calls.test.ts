import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { afterAll, expect, it } from "vitest";
import { contentsOf, readWhole } from "./support/sqlite-file.js";

/** As the flow gives to its token. */
const USES = 5;
const AT_ONCE = 2;
const FLOW = fileURLToPath(new URL("children/whole-flow.mjs", import.meta.url));

/** Before a statement, or after a call of the store; then also what the file holds. */
interface Moment {
  readonly what: string;
  readonly holds?: unknown;
}

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

function flow(...args: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [FLOW, ...args]);
  child.stderr.pipe(process.stderr);
  return child;
}

/** The moments of a run that nobody kills. */
async function referenceRun(): Promise<readonly Moment[]> {
  const child = flow(join(folder, "reference.sqlite"), "first");
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  expect(await once(child, "close")).toEqual([0, null]);
  return JSON.parse(output) as Moment[];
}

/** What the file holds at a moment, counted from 1: what the last call has left there. */
function heldAt(moments: readonly Moment[], moment: number): unknown {
  return moments.slice(0, moment).findLast(({ holds }) => holds !== undefined)?.holds ?? [[], [], []];
}

it("a process killed at any moment leaves what it had done, whole, and nothing of what it was about to do", async () => {
  const moments = await referenceRun();
  // Between the end of a call and the next statement nothing happens to the file: once is enough.
  const kills = moments.flatMap((_, index) => (moments[index - 1]?.holds === undefined ? [index + 1] : []));
  console.log(`kills a process at ${kills.length} of ${moments.length} moments`);
  const repeating = flow();
  const answers = createInterface({ input: repeating.stdout })[Symbol.asyncIterator]();

  async function killOneByOne(): Promise<void> {
    for (let moment = kills.shift(); moment !== undefined; moment = kills.shift()) {
      const file = join(folder, `${moment}.sqlite`);
      expect(await once(flow(file, "first", String(moment)), "close")).toEqual([null, "SIGKILL"]);
      openSqliteStore(new Database(file)).close();
      readWhole(file, USES);
      const { what } = moments[moment - 1]!;
      expect(contentsOf(file), `killed at ${moment}, ${what}`).toEqual(heldAt(moments, moment));

      repeating.stdin.write(`${file} second\n`);
      expect((await answers.next()).value).toBe("done");
      readWhole(file, USES);
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, killOneByOne));
  repeating.stdin.end();
  expect(await once(repeating, "close")).toEqual([0, null]);
}, 300_000);
