import type { AuditEvent } from "../audit/audit-event.js";
import type { Awaitable } from "../lib/result.js";

/** How many messages of an endpoint may wait for another attempt. Beyond this, the delivery takes no new events. */
export const MOST_WAITING = 2000;

/** How many messages of one client may wait. Further ones are dead at once, so that one client does not fill the queue. */
export const MOST_WAITING_OF_CLIENT = 20;

/** A message to one endpoint. */
export interface WebhookMessage {
  /** The position of its event in the log, from 1. Messages of one client are delivered in the order of their positions. */
  readonly position: number;
  /** The `webhook-id`. */
  readonly id: string;
  /** Messages of one lane are delivered in order. The client, or empty. */
  readonly lane: string;
  /** The body, as it is sent. */
  readonly body: string;
  /** How many attempts have failed. */
  readonly attempts: number;
}

/** An audit event at its place in the log. */
export interface QueuedEvent {
  /** Its position in the log, from 1. */
  readonly position: number;
  /** The `webhook-id` of its message: letters, digits, `_` and `-`. */
  readonly id: string;
  /** The event; `undefined` where it cannot be read. */
  readonly event: AuditEvent | undefined;
}

/** The request of `next`. */
export interface WebhookQueueRequest {
  /** The process that asks, by a random name. */
  readonly holder: string;
  /** For how long no other process may deliver, in seconds. */
  readonly leaseSeconds: number;
  /** Seconds since the epoch. */
  readonly now: number;
  /** The maximum number of messages to return. */
  readonly limit: number;
}

/** What to deliver next. */
export interface WebhookBatch {
  /** The position up to which all events are delivered, or wait, or are dead. */
  readonly cursor: number;
  /** Messages that are due for another attempt, each the oldest of its lane. */
  readonly due: readonly WebhookMessage[];
  /** How many messages wait in each lane, due ones included. */
  readonly waiting: ReadonlyMap<string, number>;
  /** The next events behind the cursor, a bounded number in the order of their positions. */
  readonly events: readonly QueuedEvent[];
  /** How many events were lost since the last time: pruned from the log, or too many for memory. */
  readonly lost: number;
}

/** A message that waits for another attempt. */
export interface WaitingMessage extends WebhookMessage {
  /** Seconds since the epoch. */
  readonly retryAt: number;
  /** Why the last attempt failed; missing where none was made. */
  readonly problem?: string | undefined;
}

/** A message that the delivery gave up. */
export interface DeadMessage extends WebhookMessage {
  /** Why the last attempt failed, or why none was made. */
  readonly problem: string;
}

/** The outcomes of the messages of one round. */
export interface WebhookSettlement {
  /** The position up to which all events are done with, or wait, or are dead. */
  readonly cursor: number;
  /** The positions of messages that were delivered. */
  readonly delivered: readonly number[];
  /** Messages that wait from now on, and messages that wait again. */
  readonly waiting: readonly WaitingMessage[];
  /** Messages that the delivery gave up. */
  readonly dead: readonly DeadMessage[];
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whether all messages that waited before this round are due at once, because the endpoint is back. */
  readonly retryAll: boolean;
}

/**
 * The messages of one endpoint: `memoryWebhookQueue()`, or `openQueue()` of an outbox of `@oauth-dcr/store-sql`.
 *
 * Methods may reject with the driver's error; nothing was changed then.
 */
export interface WebhookQueue {
  /** Takes or extends the lease. Resolves with the next batch, or with `undefined` while another process has the lease. */
  readonly next: (request: WebhookQueueRequest) => Awaitable<WebhookBatch | undefined>;
  /**
   * Stores the outcomes of the messages, all or nothing. Resolves with the number of dead messages that it had to discard. If another
   * process has taken the lease, it writes nothing and resolves with `undefined`.
   */
  readonly settle: (holder: string, settlement: WebhookSettlement) => Awaitable<number | undefined>;
  /** Releases the lease, so that another process can continue at once. */
  readonly release: (holder: string) => Awaitable<void>;
}
