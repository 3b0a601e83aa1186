import Database from "libsql";
import { expect, it } from "vitest";
import { formatHead, NO_EVENTS, parseHead, type ChainHead } from "../src/audit/chain.js";
import { auditTransitions } from "../src/audit/transitions.js";
import { openSqliteAuditLog } from "../src/index.js";
import type { Row, Transition } from "../src/sql/transition.js";
import { SQLITE } from "../src/sqlite/connection.js";
import { auditEvent, recordAll } from "./audit-support.js";
import { temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const ALL = 4_000_000_000;
const GARBAGE = "f".repeat(64);

/** A log of five events, and a prune of it behind a verification that found this. */
async function pruneBehind(through: readonly ChainHead[], checkpoint = NO_EVENTS) {
  const file = newFile();
  const log = openSqliteAuditLog(new Database(file));
  await recordAll(
    log,
    ["a", "b", "c", "d", "e"].map((name) => auditEvent(name)),
  );
  log.close();
  const database = new Database(file);
  const run = <T>(transition: Transition<T>): T => {
    let step = transition.next();
    while (!step.done)
      step = transition.next(database.prepare(step.value.sql).all(...step.value.values) as Row[]);
    return step.value;
  };
  const { hash } = database.prepare("SELECT hash FROM audit_event WHERE position = 3").all()[0] as Row;
  try {
    const { pruneSome } = auditTransitions(SQLITE);
    const found = through.map((head) => (head.hash === "" ? { ...head, hash: String(hash) } : head));
    return run(pruneSome(ALL, { checkpoint, through: found }));
  } finally {
    database.close();
  }
}

it("a prune goes on from what was verified", async () => {
  const { pruned, checkpoint } = await pruneBehind([{ position: 3, hash: "" }]);
  expect([pruned, parseHead("checkpoint", formatHead(checkpoint)).position]).toEqual([5, 5]);
});

it("a prune deletes nothing of a chain that was exchanged since it was verified", async () => {
  await expect(pruneBehind([{ position: 3, hash: GARBAGE }])).rejects.toThrow("broken at position 3");
});

it("a prune deletes nothing where the checkpoint was moved since it was verified", async () => {
  await expect(pruneBehind([], { position: 2, hash: GARBAGE })).rejects.toThrow(
    "pruned by somebody else meanwhile",
  );
});
