import type { PostgresClient, PostgresPool } from "@oauth-dcr/store-sql";
import type pg from "pg";

/**
 * A pool that can be broken off: from then on it lends nothing, who waits for a connection of it is told, and those that
 * it has lent are closed in the middle of what they wait for. The pool behind it goes on.
 */
export function breakablePool(pool: pg.Pool): PostgresPool & { readonly breakOff: () => void } {
  const waiting = new Set<(error: Error) => void>();
  const lent = new Set<pg.PoolClient>();
  let isBroken = false;

  pool.on("release", (_error, client) => lent.delete(client));
  return {
    async connect() {
      if (isBroken) throw brokenOff();
      return new Promise<PostgresClient>((resolve, reject) => {
        waiting.add(reject);
        pool.connect().then(
          (client) => {
            waiting.delete(reject);
            if (isBroken) {
              client.release();
              return;
            }
            lent.add(client);
            resolve(client);
          },
          (cause: unknown) => {
            waiting.delete(reject);
            reject(cause instanceof Error ? cause : new Error("no connection", { cause }));
          },
        );
      });
    },
    breakOff() {
      isBroken = true;
      for (const reject of waiting) reject(brokenOff());
      // Closed at once where a query waits for its answer; the query fails.
      for (const client of lent) void (client as pg.PoolClient & Pick<pg.Client, "end">).end();
    },
  };
}

function brokenOff(): Error {
  return new Error(
    "The server stops before PostgreSQL has answered, and whether the change was written is unknown",
  );
}
