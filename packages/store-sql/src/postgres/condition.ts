/**
 * The server ends the connection: a transaction in which nothing happened for too long, its shutdown, the crash of a
 * neighbour, its start, and class 08.
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const CONNECTION_ENDED = /^(?:25P03|57P0[123]|08.{3})$/;

/** What a driver and the operating system say of a connection that is gone, where the server said nothing. */
const CONNECTION_LOST =
  /ECONNRESET|EPIPE|ETIMEDOUT|Connection terminated|Connection ended|not queryable|connection error/i;

/** The code that the server gave an error; `undefined` for an error that is not the server's. */
export function sqlState(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === "string" && typeof severity === "string" ? code : undefined;
}

/** Whether the connection is gone, by word of the server or of the driver. */
export function endedConnection(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return CONNECTION_ENDED.test(state);
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return CONNECTION_LOST.test(`${typeof code === "string" ? code : ""} ${error.message}`);
}
