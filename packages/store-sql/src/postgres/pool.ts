/**
 * What the store needs of a pool of connections: the interface of pg's `Pool`. The driver itself is the caller's choice
 * and no dependency of this package. No two users may have one connection at the same time.
 */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
}

/** A connection that is ours until it is released. */
export interface PostgresClient {
  /** One statement with `$1` and so on in it, or several without values. */
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
  /** Gives the connection back; with an error, as one that is not to be used again. */
  release(error?: Error): void;
  /** Where a driver tells of a connection that broke while nobody asked it anything, such as pg. */
  on?(event: "error", listener: (error: Error) => void): unknown;
  removeListener?(event: "error", listener: (error: Error) => void): unknown;
}
