import { chainHash, formatHead, headAfter, NO_EVENTS, type ChainHead } from "./chain.js";
import type { AuditProblem, AuditVerification, VerifyAuditLogOptions } from "./audit-log.js";
import type { Dialect } from "../sql/statements.js";
import { query, type Row, type Transition } from "../sql/transition.js";

/** How many events a verification holds in memory at a time, and a prune deletes in a transaction. */
export const EVENTS_AT_A_TIME = 256;

/** What a verification found of a chain, by which a prune goes on. */
export interface VerifiedChain {
  readonly checkpoint: ChainHead;
  readonly through: readonly ChainHead[];
}

/** A part of a prune. */
export interface PrunedEvents {
  readonly pruned: number;
  readonly checkpoint: ChainHead;
}

/**
 * What recording events and verifying the log do to the database.
 *
 * @param takePending answers events that wait in the database to be chained, in the transaction that chains them
 */
export function auditTransitions(dialect: Dialect, takePending?: () => Transition<readonly string[]>) {
  const sql = auditStatements(dialect);

  /**
   * Chains events in their order, those that wait in the database first. Locks the head before anything else, so that others
   * append before or behind all of them. Answers how many waited.
   */
  function* append(events: readonly string[]): Transition<number> {
    const [row] = yield* query(sql.lockHead);
    if (!row) throw new Error("The head of the audit log is gone; verify the log");
    const pending = takePending ? yield* takePending() : [];
    const all = [...pending, ...events];
    if (all.length === 0) return 0;
    let head: ChainHead = { position: Number(row["position"]), hash: row["hash"] as string };
    const rows = all.map((event) => {
      head = headAfter(head, event);
      return [head.position, event, head.hash];
    });
    yield* query(sql.insertEvents, JSON.stringify(rows));
    yield* query(sql.moveHead, head.position, head.hash);
    return pending.length;
  }

  /**
   * Begins anew where somebody pruned meanwhile: what is missing then was not taken by a stranger.
   *
   * @param expected heads through which the chain must lead
   * @param prunable up to where events may have been pruned at most
   */
  function* verify(
    expected: readonly ChainHead[],
    prunable?: ChainHead,
    onProgress?: VerifyAuditLogOptions["onProgress"],
  ): Transition<AuditVerification> {
    for (let heads = yield* query(sql.readHead); ;) {
      const verification = yield* walk(heads, expected, prunable, onProgress);
      if (verification.ok) return verification;
      const now = yield* query(sql.readHead);
      if (checkpointOf(now[0]).position <= checkpointOf(heads[0]).position) return verification;
      heads = now;
    }
  }

  /**
   * Walks up to where the head is at the beginning, so that it ends however fast others record. The queries need no
   * transaction around them: nobody changes what was recorded before, or it is them that are to be found.
   */
  function* walk(
    heads: readonly Row[],
    expected: readonly ChainHead[],
    prunable?: ChainHead,
    onProgress?: VerifyAuditLogOptions["onProgress"],
  ): Transition<AuditVerification> {
    const [{ position = 0, hash, before_first: before, after_last: after } = {} as Row] = heads;
    const last = Number.isSafeInteger(Number(position)) ? Number(position) : 0;
    const checkpoint = checkpointOf(heads[0]);
    if (isThere(before)) return broken(Number(before), "added");
    if (prunable && checkpoint.position > prunable.position) return broken(checkpoint.position, "pruned");
    const pruned = expected.find(({ position }) => position > 0 && position < checkpoint.position);
    if (pruned) return broken(pruned.position, "pruned");
    if (leadsPast(expected, checkpoint)) return broken(checkpoint.position, "rewritten");
    let walked = checkpoint;
    while (walked.position < last) {
      const end = Math.min(walked.position + EVENTS_AT_A_TIME, last);
      for (const row of yield* query(sql.readEvents, walked.position, end)) {
        const [found, next] = [Number(row["position"]), walked.position + 1];
        if (found < next) return broken(found, "added");
        if (found > next) return broken(next, "missing");
        walked = { position: next, hash: chainHash(walked, bytesOf(row["event"])) };
        if (walked.hash !== textOf(row["hash"])) return broken(next, "changed");
        if (leadsPast(expected, walked)) return broken(next, "rewritten");
      }
      if (walked.position < end) return broken(walked.position + 1, "missing");
      onProgress?.(end - checkpoint.position, last - checkpoint.position);
    }
    const isHead = heads.length === 1 && Number(position) === walked.position && textOf(hash) === walked.hash;
    if (!isHead) return broken(walked.position, "head_changed");
    if (isThere(after)) return broken(Number(after), "added");
    if (expected.some((one) => one.position > last)) return broken(last + 1, "missing");
    return {
      ok: true,
      events: last - checkpoint.position,
      head: formatHead(walked),
      ...(checkpoint.position > 0 && { checkpoint: formatHead(checkpoint) }),
    };
  }

  /**
   * Deletes the next of the oldest events that are older. Locks the head, so that two do not prune at once.
   *
   * @param verified the checkpoint from which a verification went on, and heads through which the chain led; missing where
   *   there was none
   */
  function* pruneSome(before: number, verified?: VerifiedChain): Transition<PrunedEvents> {
    yield* query(sql.lockHead);
    const [head] = yield* query(sql.readHead);
    const checkpoint = checkpointOf(head);
    if (verified && !isSameHead(verified.checkpoint, checkpoint)) {
      throw new Error("The audit log was pruned by somebody else meanwhile; verify it before you prune it");
    }
    const end = checkpoint.position + EVENTS_AT_A_TIME;
    let last = checkpoint;
    for (const row of yield* query(sql.readEvents, checkpoint.position, end)) {
      const event = bytesOf(row["event"]);
      if (instantOf(event) >= before) break;
      const next = { position: last.position + 1, hash: chainHash(last, event) };
      const isBroken = Number(row["position"]) !== next.position || next.hash !== textOf(row["hash"]);
      if (isBroken || leadsPast(verified?.through ?? [], next)) {
        throw new Error(
          `The audit log is broken at position ${next.position}; verify it before you prune it`,
        );
      }
      last = next;
    }
    if (last !== checkpoint) {
      yield* query(sql.moveCheckpoint, last.position, last.hash);
      yield* query(sql.deleteEvents, last.position);
    }
    return { pruned: last.position - checkpoint.position, checkpoint: last };
  }

  /** What an operator has signed, as it is in the database. */
  function* readSigned(): Transition<unknown> {
    const [head] = yield* query(sql.readSigned);
    return head?.["signed_head"];
  }

  function* writeSigned(text: string): Transition<void> {
    yield* query(sql.writeSigned, text);
  }

  return { append, verify, pruneSome, readSigned, writeSigned };
}

/** Every statement on the audit log. A write answers with a row for each row that it changed. */
function auditStatements({ schema, forUpdate, elements, bytes }: Dialect) {
  const [event, head] = ["audit_event", "audit_head"].map((table) => schema + table);
  return {
    lockHead: `SELECT position, hash FROM ${head}${forUpdate}`,
    /** Takes a JSON array of rows, each an array of position, event and hash. */
    insertEvents: `INSERT INTO ${event} (position, event, hash)
      SELECT CAST(value->>0 AS BIGINT), value->>1, value->>2 FROM ${elements} RETURNING position`,
    moveHead: `UPDATE ${head} SET position = ?, hash = ? RETURNING position`,
    moveCheckpoint: `UPDATE ${head} SET pruned_position = ?, pruned_hash = ? RETURNING position`,
    /** Takes the last position. */
    deleteEvents: `DELETE FROM ${event} WHERE position <= ? RETURNING position`,

    readSigned: `SELECT signed_head FROM ${head}`,
    writeSigned: `UPDATE ${head} SET signed_head = ? RETURNING position`,

    /** The head, and the events at positions that it does not allow, all as they are at the same moment. */
    readHead: `SELECT position, ${bytes("hash")} AS hash, pruned_position, ${bytes("pruned_hash")} AS pruned_hash,
      (SELECT min(position) FROM ${event} WHERE position <= head.pruned_position) AS before_first,
      (SELECT min(position) FROM ${event} WHERE position > head.position) AS after_last
      FROM ${head} AS head`,
    /** Takes the position before the first, and the last. */
    readEvents: `SELECT position, ${bytes("event")} AS event, ${bytes("hash")} AS hash FROM ${event}
      WHERE position > ? AND position <= ? ORDER BY position`,
  };
}

function broken(position: number, problem: AuditProblem): AuditVerification {
  return { ok: false, position, problem };
}

/** Whether a chain that leads through a head does not lead through one that is expected at the same position. */
function leadsPast(expected: readonly ChainHead[], { position, hash }: ChainHead): boolean {
  return expected.some((one) => one.position === position && one.hash !== hash);
}

function isSameHead(one: ChainHead, other: ChainHead): boolean {
  return one.position === other.position && one.hash === other.hash;
}

/** Where the chain begins: behind the last event that was pruned. */
function checkpointOf(head: Row | undefined): ChainHead {
  const position = Number(head?.["pruned_position"] ?? 0);
  if (!head || !Number.isSafeInteger(position) || position <= 0) return NO_EVENTS;
  return { position, hash: textOf(head["pruned_hash"]) };
}

/** When an event happened, in seconds since the epoch. An event that does not say so is not older than anything. */
function instantOf(event: Uint8Array): number {
  try {
    const { at } = JSON.parse(decoder.decode(event)) as { readonly at?: unknown };
    const instant = Date.parse(String(at)) / 1000;
    return Number.isNaN(instant) ? Infinity : instant;
  } catch {
    return Infinity;
  }
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** Drivers answer bytes as an `ArrayBuffer` or as an array on one. */
function bytesOf(value: unknown): Uint8Array {
  return new Uint8Array(value as ArrayBuffer);
}

/** Not what the driver makes of the text: SQLite's would end at a NUL that somebody put into it. */
function textOf(value: unknown): string {
  return decoder.decode(bytesOf(value));
}

const decoder = new TextDecoder();
