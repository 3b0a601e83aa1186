import type { AuditEvent } from "@oauth-dcr/core";
import type {
  ClientHistoryPage,
  ClientHistoryRequest,
  ReadClientHistory,
} from "@oauth-dcr/core/administration";

/**
 * A table of audit events, each chained to the previous one by a hash. `verify` finds events that somebody changed,
 * removed, added or moved later.
 *
 * The hashes have no key. Whoever may write to the database can also write the whole chain anew, and `verify` alone cannot
 * tell. Either `sign` the head regularly, and after each `prune`, with a key that they do not have, and give the public key to
 * `verify`. Or note the `head` in a place that they cannot write to, and give it as `expectedHead` later.
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
   * @throws MisuseError for an `expectedHead` or `expectedCheckpoint` of another form, and for an unknown option
   */
  verify(options?: VerifyAuditLogOptions): Promise<AuditVerification>;
  /**
   * Verifies the chain, signs its head with a key of yours and keeps that in the database, in place of the one that was signed
   * before. Resolves with the verification, and has signed nothing where that is not `ok`.
   *
   * Keep the answered `head` and `checkpoint` beside the key and give them as `expectedHead` and `expectedCheckpoint` the next
   * time. Without them a chain that was written anew, or pruned by a stranger, since the last time would be signed too.
   *
   * @throws MisuseError for a key of another kind, an `expectedHead` of another form, and an unknown option
   */
  sign(options: SignAuditLogOptions): Promise<AuditVerification>;
  /**
   * Deletes the oldest events, up to the first that is not older than `before`. The last deleted event stays as the
   * checkpoint from which `verify` goes on. Keep that checkpoint, and give it to `sign` as `expectedCheckpoint`: `verify` with
   * a `publicKey` answers `pruned` until the head is signed again.
   *
   * Deletes 256 events at a time, each time in a transaction of its own, so that others record meanwhile. Rejects when the
   * chain is broken among those events, and keeps them.
   *
   * @throws MisuseError for a `before` that is no instant, for a key of another kind, and for an unknown option
   */
  prune(options: PruneAuditLogOptions): Promise<AuditPruning>;
  /**
   * The events whose `clientId` is this one, the newest first: give this function as `readHistory` to `clientAdministration`.
   * An index leads to them, however many others there are, and a page reads at most `limit` rows. Events of a document's fetch
   * have its URL without a query, and are found by that alone. What the log says is not verified here.
   *
   * @throws MisuseError for a `limit` that is not from 1 to 1,000, and a `before` that is no position
   */
  readonly readClientHistory: ReadClientHistory;
  /**
   * The events before a position, the newest first; without `before`, from the newest on. A page reads at most `limit` rows.
   * What the log says is not verified here.
   *
   * @throws MisuseError for a `limit` that is not from 1 to 1,000, and a `before` that is no position
   */
  readonly readEvents: (
    page: Required<Pick<ClientHistoryRequest, "limit">> & ClientHistoryRequest,
  ) => Promise<ClientHistoryPage>;
}

/** Options of `prune`. */
export interface PruneAuditLogOptions {
  /** Events before this instant are deleted, in seconds since the epoch. */
  readonly before: number;
  /**
   * The public key for Ed25519, with the usage `verify`, of the key that signs the heads. The log is first verified by the
   * signed head. Nothing is deleted unless the chain leads through that head and nothing was pruned since it was signed.
   * Give it wherever you sign: without it somebody who may write to the database erases events, sets a checkpoint behind
   * them, and waits for you to prune and to sign. Default: no signature is needed.
   */
  readonly publicKey?: AuditKey;
}

/** The result of `prune`. Without a `publicKey` it is always `ok`. */
export type AuditPruning =
  | {
      readonly ok: true;
      /** How many events were deleted. */
      readonly pruned: number;
      /** The last event that was ever pruned, `POSITION:HASH`; position 0 if none was. */
      readonly checkpoint: string;
    }
  | {
      /** The log is not as it was signed, and nothing was deleted. */
      readonly ok: false;
      /** The first position at which the chain is broken. `unsigned` has position 0. */
      readonly position: number;
      /** What is wrong there. */
      readonly problem: AuditProblem;
    };

/** A `CryptoKey` of WebCrypto, by the type that the platform has for it. */
export type AuditKey = Parameters<typeof crypto.subtle.sign>[1];

/** Options of `sign`. */
export interface SignAuditLogOptions {
  /**
   * A private key for Ed25519, with the usage `sign`.
   * @see RFC 8032 https://www.rfc-editor.org/rfc/rfc8032
   */
  readonly privateKey: AuditKey;
  /** The `head` that was signed before, `POSITION:HASH`. The chain must lead through it. Default: any chain that is whole. */
  readonly expectedHead?: string;
  /**
   * The `checkpoint` up to which events may have been pruned, `POSITION:HASH`: that of the signature before, or the one that
   * `prune` has answered since. Default: any.
   */
  readonly expectedCheckpoint?: string;
}

/** Options of `verify`. */
export interface VerifyAuditLogOptions {
  /**
   * The `head` of an earlier verification, `POSITION:HASH`. The chain must lead through it. Default: any chain that is whole
   * is accepted.
   */
  readonly expectedHead?: string;
  /**
   * The `checkpoint` of the last `prune`, `POSITION:HASH`, as you have kept it; position 0 and 64 zeros where you never
   * pruned. Events may have been pruned up to it and no further, and the chain must lead through it. Default: any.
   */
  readonly expectedCheckpoint?: string;
  /**
   * The public key for Ed25519, with the usage `verify`, of the key that signs the heads. There must be a head that it has
   * signed, the chain must lead through that head, and nothing may have been pruned since. The signature vouches for no event
   * behind that head, and does not say that no later head was signed: look whether `signedAt` is as late as it should be.
   * Default: nothing need be signed.
   */
  readonly publicKey?: AuditKey;
  /**
   * Called at least every 256 events with the number of events that were read and the number to read, for a progress bar. Must not
   * throw. Default: no call.
   */
  readonly onProgress?: (read: number, total: number) => void;
}

/** The result of `verify` and of `sign`. */
export type AuditVerification =
  | {
      readonly ok: true;
      /** How many events the chain has, without those that were pruned. */
      readonly events: number;
      /** The last event that was pruned, `POSITION:HASH`. Missing: none was. */
      readonly checkpoint?: string;
      /** The last event, `POSITION:HASH`, with the SHA-256 in hexadecimal. */
      readonly head: string;
      /** The last head that was signed, `POSITION:HASH`. Only with a `publicKey`. */
      readonly signedHead?: string;
      /** When it was signed, as its signer says: RFC 3339, UTC. Only with a `publicKey`. */
      readonly signedAt?: string;
    }
  | {
      readonly ok: false;
      /** The first position at which the chain is broken. The first event has position 1. `unsigned` has position 0. */
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
 * - `pruned`: events were pruned beyond the expected or signed checkpoint, and `position` is where the log begins now; or an
 *   expected head is among the events that were pruned, so that the chain cannot be compared with it.
 * - `rewritten`: the chain is whole up to this position, but does not lead through the expected or signed head or checkpoint.
 * - `unsigned`: there is no head that the given key has signed; for `prune`, none that tells up to where the log was pruned.
 */
export type AuditProblem =
  "missing" | "changed" | "added" | "head_changed" | "pruned" | "rewritten" | "unsigned";
