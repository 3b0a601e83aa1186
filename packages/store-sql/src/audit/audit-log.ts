import type { AuditEvent } from "@oauth-dcr/core";

/**
 * A table of audit events, each chained to the previous one by a hash. `verify` finds events that somebody changed,
 * removed, added or moved later.
 *
 * The hashes have no key. Whoever may write to the database can also write the whole chain anew, and `verify` alone cannot
 * tell. Note its `head` regularly, and after each `prune`, in a place that they cannot write to, and give it as `expectedHead` later.
 */
export interface AuditLog {
  /**
   * Appends an event: give this function as the `audit` option of `createClientRegistration`. Resolves when the event is
   * durable, and rejects with the driver's error when nothing was written. Events that arrive close together share a
   * transaction. Events of one process are chained in the order of arrival.
   *
   * One case is open: when a PostgreSQL connection fails at a commit, the event may have been written. The promise rejects,
   * and a second attempt may record the event twice.
   */
  readonly record: (event: AuditEvent) => Promise<void>;
  /**
   * Reads the whole chain and resolves with its length and head, or with the first position at which it is broken. Others
   * may record meanwhile. Holds 256 events in memory at a time. Rejects with the driver's error when the database fails.
   *
   * @throws MisuseError for an `expectedHead` of another form, and for an unknown option
   */
  verify(options?: VerifyAuditLogOptions): Promise<AuditVerification>;
  /**
   * Deletes the oldest events, up to the first that is not older than `before`. The last deleted event stays as the
   * checkpoint from which `verify` goes on. Deletes 256 at a time, each in a transaction of its own, so that others record
   * meanwhile. Rejects when the chain is broken among those events, and keeps them.
   *
   * @throws MisuseError for a `before` that is no instant, and for an unknown option
   */
  prune(options: PruneAuditLogOptions): Promise<AuditPruning>;
}

/** Options of `prune`. */
export interface PruneAuditLogOptions {
  /** Events before this instant are deleted, in seconds since the epoch. */
  readonly before: number;
}

/** The result of `prune`. */
export interface AuditPruning {
  /** How many events were deleted. */
  readonly pruned: number;
  /** The last event that was ever pruned, `POSITION:HASH`; position 0 if none was. */
  readonly checkpoint: string;
}

/** Options of `verify`. */
export interface VerifyAuditLogOptions {
  /**
   * The `head` of an earlier verification, `POSITION:HASH`. The chain must lead through it. Default: any chain that is whole
   * is accepted.
   */
  readonly expectedHead?: string;
}

/** The result of `verify`. */
export type AuditVerification =
  | {
      readonly ok: true;
      /** How many events the chain has, without those that were pruned. */
      readonly events: number;
      /** The last event that was pruned, `POSITION:HASH`. Missing: none was. */
      readonly checkpoint?: string;
      /** The last event, `POSITION:HASH`, with the SHA-256 in hexadecimal. */
      readonly head: string;
    }
  | {
      readonly ok: false;
      /** The first position at which the chain is broken. The first event has position 1. */
      readonly position: number;
      /** What is wrong there. */
      readonly problem: AuditProblem;
    };

/**
 * What is wrong with a chain at a position.
 *
 * - `missing`: the event of this position was removed.
 * - `changed`: the event or the hash at this position is not what was recorded. It may come from another position.
 * - `added`: the event at this position was never recorded.
 * - `head_changed`: the chain is whole up to this position, but the head row says something else.
 * - `pruned`: `expectedHead` is older than the checkpoint, so that nobody can tell whether the chain led through it.
 * - `rewritten`: the chain is whole up to this position, but it does not lead through `expectedHead`.
 */
export type AuditProblem = "missing" | "changed" | "added" | "head_changed" | "pruned" | "rewritten";
