import type { AuditEvent } from "@oauth-dcr/core";

/**
 * Audit events in a table where each is chained to the one before it by a hash, so that what somebody changed, removed,
 * added or moved later is found.
 *
 * The hashes have no key. Whoever may write to the database can also write the whole chain anew, and `verify` alone cannot
 * tell: note its `head` now and then in a place that they cannot write to, and give it as `expectedHead` later.
 */
export interface AuditLog {
  /**
   * An `AuditSink`. Resolves when the event is durable, and rejects with the driver's error when nothing was written.
   * Events that arrive close together share a transaction; those of one process are chained in the order of arrival.
   * Only where a PostgreSQL connection fails at a commit nobody knows what was written: it rejects, and who records the
   * event again may find it in the log twice.
   */
  readonly record: (event: AuditEvent) => Promise<void>;
  /**
   * Walks the chain as it is now, while others go on recording, and answers the first place at which it is broken.
   * Reads a few hundred events at a time. Rejects when the database cannot answer.
   *
   * @throws MisuseError for an `expectedHead` that is none
   */
  verify(options?: VerifyAuditLogOptions): Promise<AuditVerification>;
}

export interface VerifyAuditLogOptions {
  /** The `head` of an earlier verification. A chain that does not lead through it is not whole. */
  readonly expectedHead?: string;
}

export type AuditVerification =
  | {
      readonly ok: true;
      readonly events: number;
      /** The last event, `POSITION:HASH`, with the hash in hexadecimal. */
      readonly head: string;
    }
  | {
      readonly ok: false;
      /** Where the chain is broken first. Positions begin at 1. */
      readonly position: number;
      readonly problem: AuditProblem;
    };

/**
 * - `missing`: there is no event at this position, and there was one.
 * - `changed`: the event or the hash at this position is not what was recorded there; it may also be one from elsewhere.
 * - `added`: nobody recorded an event at this position.
 * - `head_changed`: up to this position all is whole, but what the head row says of it is not.
 * - `rewritten`: up to this position all is whole, but it is not the chain of the expected head.
 */
export type AuditProblem = "missing" | "changed" | "added" | "head_changed" | "rewritten";
