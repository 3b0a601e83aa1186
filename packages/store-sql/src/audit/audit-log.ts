import type { AuditEvent } from "@oauth-dcr/core";

/**
 * A table of audit events, each chained to the previous one by a hash. `verify` finds events that somebody changed,
 * removed, added or moved later.
 *
 * The hashes have no key. Whoever may write to the database can also write the whole chain anew, and `verify` alone cannot
 * tell. Note its `head` regularly in a place that they cannot write to, and give it as `expectedHead` later.
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
      /** How many events the chain has. */
      readonly events: number;
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
 * - `rewritten`: the chain is whole up to this position, but it does not lead through `expectedHead`.
 */
export type AuditProblem = "missing" | "changed" | "added" | "head_changed" | "rewritten";
