import { createHash, generateKeyPairSync } from "node:crypto";
import type { AuditEvent } from "@oauth-dcr/core";
import { describe, expect, it } from "vitest";
import type { AuditKey } from "../src/index.js";
import {
  auditEvent,
  pgliteAuditLogs,
  postgresAuditLogs,
  recordAll,
  sqliteAuditLogs,
  type OpenedAuditLog,
} from "./audit-support.js";
import { serverPool } from "./postgres-support.js";
import { temporaryFiles } from "./support.js";

const pool = await serverPool();
const DATABASES = [
  sqliteAuditLogs(temporaryFiles()),
  pgliteAuditLogs(),
  ...(pool ? [postgresAuditLogs(pool)] : []),
];

const newKey = async () =>
  (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as Record<
    "privateKey" | "publicKey",
    AuditKey
  >;
const { privateKey, publicKey } = await newKey();

const LENGTH = 10;
/** An instant after all events. */
const ALL = 4_000_000_000;
const NOTHING_PRUNED = `0:${"0".repeat(64)}`;
const UNSIGNED = { ok: false, position: 0, problem: "unsigned" };
const events = (count: number): readonly AuditEvent[] =>
  Array.from({ length: count }, (_, index) => auditEvent(index));

/** What somebody runs who may write to the database, and knows how the chain is made: all of it anew, with other events. */
function rewritten(count: number): string {
  let hash = "0".repeat(64);
  const rows = Array.from({ length: count }, (_, index) => {
    hash = createHash("sha256")
      .update(`${hash}\n${index + 1}\n{}`)
      .digest("hex");
    return `(${index + 1}, '{}', '${hash}')`;
  });
  return `DELETE FROM audit_event; INSERT INTO audit_event (position, event, hash) VALUES ${rows.join(", ")};
    UPDATE audit_head SET position = ${count}, hash = '${hash}'`;
}

describe.each(DATABASES)("the signed head of the audit log in $name", ({ open }) => {
  async function signed(): Promise<OpenedAuditLog & { readonly head: string }> {
    const opened = await open();
    await recordAll(opened.log, events(LENGTH));
    const signing = await opened.log.sign({ privateKey });
    if (!signing.ok) throw new Error(JSON.stringify(signing));
    return { ...opened, head: signing.head };
  }

  it("vouches for what was there when it was signed, and tells since when nothing was", async () => {
    const { log, head } = await signed();
    await recordAll(log, events(3));
    const verification = await log.verify({ publicKey });
    expect(verification).toMatchObject({ ok: true, events: LENGTH + 3, signedHead: head });
    const { signedAt } = verification as { signedAt: string };
    expect(new Date(signedAt).toISOString()).toBe(signedAt);
    const plain = await log.verify();
    expect(plain).toMatchObject({ ok: true });
    expect(plain).not.toHaveProperty("signedAt");
  });

  it.each([
    ["as long as before", LENGTH, LENGTH, "rewritten"],
    ["longer", LENGTH + 5, LENGTH, "rewritten"],
    ["shorter", LENGTH - 1, LENGTH, "missing"],
  ])(
    "shows that somebody wrote the whole chain anew, %s, which nothing else does",
    async (_what, count, position, problem) => {
      const { log, run } = await signed();
      await run(rewritten(count));
      expect(await log.verify()).toMatchObject({ ok: true, events: count });
      expect(await log.verify({ publicKey })).toEqual({ ok: false, position, problem });
    },
  );

  it("is not signed anew over a chain that does not lead through the last one", async () => {
    const { log, run, head } = await signed();
    await run(rewritten(LENGTH + 5));
    await run("UPDATE audit_head SET signed_head = NULL");
    const refused = { ok: false, position: LENGTH, problem: "rewritten" };
    expect(await log.sign({ privateKey, expectedHead: head })).toEqual(refused);
    expect(await log.verify({ publicKey })).toEqual(UNSIGNED);
  });

  it.each<[string, (text: string, other: string) => string | null]>([
    ["is missing", () => null],
    ["is no JSON", () => "{"],
    ["is of another key", (_, other) => other],
    ["is moved to another place", (text) => text.replace(/"head":"\d+/, '"head":"9')],
    ["has another time", (text) => text.replace(/"at":"2/, '"at":"3')],
    ["has a signature of another length", (text) => text.replace(/"signature":"../, '"signature":"')],
  ])("counts for nothing where it %s", async (_what, forge) => {
    const { log, run, signedHead } = await signed();
    const text = await signedHead();
    await log.sign({ privateKey: (await newKey()).privateKey });
    const forged = forge(text!, (await signedHead())!);
    await run(`UPDATE audit_head SET signed_head = ${forged === null ? "NULL" : `'${forged}'`}`);
    expect(await log.verify({ publicKey })).toEqual(UNSIGNED);
  });

  it("is that of an empty log too, and has to be signed anew after each prune", async () => {
    const { log } = await open();
    expect(await log.verify({ publicKey })).toEqual(UNSIGNED);
    expect(await log.sign({ privateKey })).toMatchObject({ ok: true, events: 0 });
    expect(await log.verify({ publicKey })).toMatchObject({ ok: true, events: 0 });
    await recordAll(log, events(LENGTH));
    const { head } = (await log.sign({ privateKey })) as { head: string };
    const { checkpoint } = (await log.prune({ before: ALL })) as { checkpoint: string };
    const pruned = { ok: false, position: LENGTH, problem: "pruned" };
    expect(await log.verify({ publicKey })).toEqual(pruned);
    const before = { privateKey, expectedHead: head, expectedCheckpoint: NOTHING_PRUNED };
    expect(await log.sign(before)).toEqual(pruned);
    expect(await log.sign({ ...before, expectedCheckpoint: checkpoint })).toMatchObject({ ok: true });
    expect(await log.verify({ publicKey })).toMatchObject({ ok: true, events: 0, checkpoint });
  });

  it("shows that somebody erased all that was signed, who may write to the database", async () => {
    const { log, run } = await signed();
    await run(
      "UPDATE audit_head SET pruned_position = position, pruned_hash = hash; DELETE FROM audit_event",
    );
    expect(await log.verify()).toMatchObject({ ok: true, events: 0 });
    expect(await log.verify({ publicKey })).toEqual({ ok: false, position: LENGTH, problem: "pruned" });
  });

  it("lets nobody erase events and have a later prune declare them pruned", async () => {
    const { log, run, events: rows } = await signed();
    await run(`UPDATE audit_head SET pruned_position = 4, pruned_hash = (SELECT hash FROM audit_event WHERE position = 4);
      DELETE FROM audit_event WHERE position <= 4`);
    const kept = await rows();
    expect(await log.prune({ before: ALL, publicKey })).toEqual({
      ok: false,
      position: 4,
      problem: "pruned",
    });
    expect(await rows()).toEqual(kept);
  });

  it("lets an operator prune what it vouches for, and sign it", async () => {
    const { log, head } = await signed();
    await recordAll(log, events(3));
    const pruning = await log.prune({ before: ALL, publicKey });
    expect(pruning).toMatchObject({ ok: true, pruned: LENGTH + 3 });
    const { checkpoint } = pruning as { checkpoint: string };
    expect(await log.verify({ expectedCheckpoint: checkpoint })).toMatchObject({ ok: true, checkpoint });
    // Nobody can tell an own prune from a stranger's before it is signed.
    expect(await log.prune({ before: ALL, publicKey })).toMatchObject({ ok: false, problem: "pruned" });
    expect(head).not.toBe(checkpoint);
    await log.sign({ privateKey, expectedCheckpoint: checkpoint });
    expect(await log.prune({ before: ALL, publicKey })).toEqual({ ok: true, pruned: 0, checkpoint });
  });

  it.each([
    ["as long as before", LENGTH, LENGTH, "rewritten"],
    ["shorter", LENGTH - 1, LENGTH, "missing"],
  ])("stops a prune of a log that somebody wrote anew, %s", async (_what, count, position, problem) => {
    const { log, run, events: rows } = await signed();
    await run(rewritten(count));
    expect(await log.prune({ before: ALL, publicKey })).toEqual({ ok: false, position, problem });
    expect(await rows()).toHaveLength(count);
  });

  it("stops a prune where it is missing, of another key, or does not say what was pruned", async () => {
    const { log, run, signedHead, head } = await signed();
    expect(await log.prune({ before: ALL, publicKey: (await newKey()).publicKey })).toEqual(UNSIGNED);
    // As the first versions signed.
    const { at } = JSON.parse((await signedHead())!) as { at: string };
    const bytes = new TextEncoder().encode(`oauth-dcr audit head\n${head}\n${at}`);
    const signature = Buffer.from(await crypto.subtle.sign("Ed25519", privateKey, bytes)).toString("hex");
    await run(`UPDATE audit_head SET signed_head = '${JSON.stringify({ head, at, signature })}'`);
    expect(await log.verify({ publicKey })).toMatchObject({ ok: true });
    expect(await log.prune({ before: ALL, publicKey })).toEqual(UNSIGNED);
    await run("UPDATE audit_head SET signed_head = NULL");
    expect(await log.prune({ before: ALL, publicKey })).toEqual(UNSIGNED);
  });

  it("and a checkpoint that the operator kept are compared with the log's", async () => {
    const { log, run } = await signed();
    const checkpointAt = async (position: number): Promise<string> => {
      await run(`UPDATE audit_head SET pruned_position = ${position},
        pruned_hash = (SELECT hash FROM audit_event WHERE position = ${position});
        DELETE FROM audit_event WHERE position <= ${position}`);
      const verification = await log.verify();
      return (verification as { checkpoint: string }).checkpoint;
    };
    expect(await log.verify({ expectedCheckpoint: NOTHING_PRUNED })).toMatchObject({ ok: true });
    const kept = await checkpointAt(4);
    expect(await log.verify({ expectedCheckpoint: kept })).toMatchObject({ ok: true, checkpoint: kept });
    expect(await log.verify({ expectedCheckpoint: NOTHING_PRUNED })).toEqual({
      ok: false,
      position: 4,
      problem: "pruned",
    });
    const other = `4:${"f".repeat(64)}`;
    expect(await log.verify({ expectedCheckpoint: other })).toEqual({
      ok: false,
      position: 4,
      problem: "rewritten",
    });
    // Somebody put events back, or made them up.
    expect(await log.verify({ expectedCheckpoint: `6:${"f".repeat(64)}` })).toEqual({
      ok: false,
      position: 6,
      problem: "rewritten",
    });
    expect(await log.verify({ expectedCheckpoint: `${LENGTH + 1}:${"f".repeat(64)}` })).toEqual({
      ok: false,
      position: LENGTH + 1,
      problem: "missing",
    });
    await expect(log.verify({ expectedCheckpoint: "4" })).rejects.toThrow(
      "expectedCheckpoint: must be POSITION:HASH",
    );
    // What the signature allows is not more than what the operator does.
    await log.sign({ privateKey });
    expect(await log.verify({ publicKey, expectedCheckpoint: NOTHING_PRUNED })).toMatchObject({
      problem: "pruned",
    });
    await checkpointAt(6);
    expect(await log.verify({ publicKey, expectedCheckpoint: await checkpointAt(8) })).toMatchObject({
      position: 8,
      problem: "pruned",
    });
  });

  it("needs keys of the one algorithm, for what each is there for", async () => {
    const { log } = await open();
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    for (const key of [publicKey, rsa, "secret", undefined]) {
      await expect(log.sign({ privateKey: key as AuditKey })).rejects.toThrow(/^sign: privateKey: /);
    }
    for (const key of [privateKey, rsa, "secret", null]) {
      await expect(log.verify({ publicKey: key as AuditKey })).rejects.toThrow(/^verify: publicKey: /);
      await expect(log.prune({ before: 0, publicKey: key as AuditKey })).rejects.toThrow(
        /^prune: publicKey: /,
      );
    }
    await expect(log.sign({ privateKey, publicKey } as never)).rejects.toThrow(
      "there is no option publicKey",
    );
  });
});
