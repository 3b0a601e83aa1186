/**
 * A pool of connections with the interface of pg's `Pool`. Install the driver yourself: this package depends on none. A
 * connection must have one user at a time.
 */
export interface PostgresPool {
  /** Resolves with a free connection, and rejects when there is none in time. */
  connect(): Promise<PostgresClient>;
}

/** A connection that the pool has lent, until it is released. */
export interface PostgresClient {
  /** Runs one statement with `$1`, `$2` and so on for its values, or several statements without values. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  /** Gives the connection back to the pool. With an error, the pool must not lend it again. */
  release(error?: Error): void;
  /** Listens for the failure of an idle connection, where the driver reports it, such as pg. */
  on?(event: "error", listener: (error: Error) => void): unknown;
  /** Removes a listener that `on` added. */
  removeListener?(event: "error", listener: (error: Error) => void): unknown;
}
