import type { WebhookQueue } from "@oauth-dcr/core/webhooks";

/** A message that was given up. */
export interface DeadWebhook {
  /** The name of the endpoint. */
  readonly endpoint: string;
  /** The `webhook-id`. */
  readonly id: string;
  /** The position of its event in the audit log. */
  readonly position: number;
  /** How many attempts failed. */
  readonly attempts: number;
  /** When it was given up, in seconds since the epoch. */
  readonly deadAt: number;
  /** Why the last attempt failed, or why none was made. */
  readonly problem: string;
  /** The body, as it is sent. */
  readonly body: string;
}

/** A page of dead messages. */
export interface DeadWebhooks {
  /** At most 100, by endpoint and position. */
  readonly messages: readonly DeadWebhook[];
  /** Give it as `after` for the next page. Missing: there is none. */
  readonly next?: string;
}

/**
 * The webhooks that a database has to deliver. Its messages come from the audit log in the same database: an event that was
 * committed is delivered, also when the process was killed right afterwards. Only one process delivers to an endpoint at a
 * time; when it is killed, another one goes on as soon as its lease has ended.
 *
 * The log must have the events: use the store of `openAuditedSqliteStore` or `openAuditedPostgresStore`.
 */
export interface WebhookOutbox {
  /**
   * Opens the queue of an endpoint. A new endpoint gets the events that are recorded from now on. Call it before the server
   * takes requests.
   *
   * @param endpoint the name of the endpoint: 1 to 100 letters, digits, full stops, `_` and `-`
   * @throws MisuseError for a name of another form
   */
  openQueue(endpoint: string): Promise<WebhookQueue>;
  /**
   * Reads the messages that were given up. At most 10,000 of an endpoint are kept; the oldest are discarded.
   *
   * @param after the `next` of the page before
   * @throws MisuseError for an `after` of another form
   */
  listDead(after?: string): Promise<DeadWebhooks>;
  /**
   * Makes dead messages due again, at most 1,000 at a time, the oldest first. Whoever delivers to the endpoint sends them within
   * seconds, with the same `webhook-id`. Resolves with their number.
   *
   * @param id the `webhook-id` of a message. Default: all
   */
  redeliver(id?: string): Promise<number>;
}
