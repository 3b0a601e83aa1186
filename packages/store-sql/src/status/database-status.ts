/** What a database of a store says of itself. */
export interface DatabaseStatus {
  /** The version of its schema. Missing: it has none yet. */
  readonly schemaVersion?: number;
  /** The version that this release reads and writes. Opening a store brings an older schema to it. */
  readonly supportedSchemaVersion: number;
  /** What is in it. Missing unless both versions are the same. */
  readonly contents?: DatabaseStatusContents;
}

/** What a status tells of the contents. */
export interface DatabaseStatusContents {
  /** The quotas that count the most clients, at most five, the fullest first. */
  readonly fullestQuotas: readonly { readonly quotaKey: string; readonly clients: number }[];
  /** The endpoints of webhooks. */
  readonly webhooks: readonly WebhookStatus[];
  /** How many audit events wait to be put into the chain. 0 for SQLite, which writes them there. */
  readonly pendingAuditEvents: number;
}

/** The state of an endpoint of webhooks. */
export interface WebhookStatus {
  /** The name of the endpoint. */
  readonly endpoint: string;
  /** Messages that are to be delivered. */
  readonly waiting: number;
  /** Messages that were given up. */
  readonly dead: number;
  /** Audit events of which no message was made yet. */
  readonly unread: number;
}

/** @param schema the prefix of the tables */
export function webhookStatusQuery(schema: string): string {
  const count = (condition: string): string =>
    `(SELECT count(*) FROM ${schema}webhook_message AS message
      WHERE message.endpoint = endpoint.endpoint AND dead_at IS ${condition})`;
  return `SELECT endpoint, ${count("NULL")} AS waiting, ${count("NOT NULL")} AS dead,
      coalesce((SELECT position FROM ${schema}audit_head), 0) - position AS unread
    FROM ${schema}webhook_endpoint AS endpoint ORDER BY endpoint`;
}

/** Rows as objects of texts and numbers: a driver may answer a large number as a text. */
export function webhookStatusOf(rows: readonly unknown[]): readonly WebhookStatus[] {
  return (rows as readonly Readonly<Record<keyof WebhookStatus, unknown>>[]).map((row) => ({
    endpoint: String(row.endpoint),
    waiting: Number(row.waiting),
    dead: Number(row.dead),
    unread: Number(row.unread),
  }));
}

/** Rows of quotas with the number of their clients. */
export function quotasOf(rows: readonly unknown[]): DatabaseStatusContents["fullestQuotas"] {
  return (rows as readonly { readonly quota_key: unknown; readonly clients: unknown }[]).map((row) => ({
    quotaKey: String(row.quota_key),
    clients: Number(row.clients),
  }));
}
