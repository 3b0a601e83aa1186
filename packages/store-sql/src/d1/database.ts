/**
 * A Cloudflare D1 database: the binding of a worker, or the result of miniflare's `getD1Database`. Cloudflare's own types
 * fit; this package does not depend on them.
 */
export interface D1Database {
  /** Prepares one statement with `?` for each parameter. */
  prepare(sql: string): D1Statement;
  /** Runs statements in order in one transaction. If one fails, all are rolled back. */
  batch(statements: D1Statement[]): Promise<D1Result[]>;
}

/** A prepared statement of D1. */
export interface D1Statement {
  /** Returns the statement with values for its parameters: strings, numbers and `null`. */
  bind(...values: unknown[]): D1Statement;
  /** Runs the statement and resolves with its rows. */
  all(): Promise<D1Result>;
}

/** The answer to one statement. */
export interface D1Result {
  /** The rows, each an object by column name. */
  readonly results: unknown[];
}
