/**
 * What the store needs of Cloudflare D1: the binding of a worker, or what miniflare's `getD1Database` answers. Cloudflare's
 * own types fit, and are no dependency of this package.
 */
export interface D1Database {
  prepare(sql: string): D1Statement;
  /** Runs statements one after the other in one transaction: where one fails, all are rolled back. */
  batch(statements: D1Statement[]): Promise<D1Result[]>;
}

export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
  all(): Promise<D1Result>;
}

export interface D1Result {
  readonly results: unknown[];
}
