import type { PostgresClient, PostgresPool } from "./pool.js";
import { POSTGRES_EVENT_CLIENT } from "../sql/event-client.js";
import { endedConnection, sqlState } from "./condition.js";
import type { Dialect } from "../sql/statements.js";
import { runAsync, type Query, type Row, type Transition } from "../sql/transition.js";

/** How often is tried what met a deadlock or lost its connection. */
const ATTEMPTS = 3;

/** The server rolled the transaction back for another's sake: serialization failure, deadlock. */
const ROLLED_BACK: readonly unknown[] = ["40001", "40P01"];

export interface PostgresTimeouts {
  readonly lockTimeoutSeconds: number;
  readonly statementTimeoutSeconds: number;
}

/** The dialect of a schema, whose name needs no escape. */
export function postgres(name: string): Dialect {
  const schema = `"${name}".`;
  return {
    schema,
    forUpdate: " FOR UPDATE",
    forKeyShare: " FOR KEY SHARE",
    // Locked in one order, so that two sweeps of the same clients do not wait for each other.
    listed: `SELECT client_id FROM ${schema}client
      WHERE client_id IN (SELECT jsonb_array_elements_text(?::jsonb)) ORDER BY client_id FOR UPDATE`,
    elements: "jsonb_array_elements(?::jsonb)",
    counts: `(SELECT * FROM ${schema}client_count UNION ALL SELECT * FROM ${schema}client_count_change)`,
    namesake: "client_id",
    withPartialIndex: (condition) => condition,
    unindexed: (column) => column,
    eventClient: { indexed: POSTGRES_EVENT_CLIENT, given: `left(split_part(?::text, '"', 2), 500)` },
    bytes: (column) => `convert_to(${column}, 'UTF8')`,
  };
}

/** Runs statements on connections of a pool. Nothing stays behind in a connection: any serves the next statement. */
export interface PostgresConnection {
  readonly rows: (query: Query) => Promise<readonly Row[]>;
  /** How long a change waits for the lock of another. */
  readonly lockMilliseconds: number;
  /**
   * Runs one statement that changes something, in a transaction of its own and in one round trip. `undefined` where the
   * connection failed meanwhile: then nobody knows whether it was written.
   */
  readonly once: (query: Query) => Promise<readonly Row[] | undefined>;
  /**
   * Runs a transition in a transaction of its own, and from its beginning where it has to be tried again. One whose
   * outcome `isKept` turns down is rolled back.
   */
  run<Outcome>(make: () => Transition<Outcome>, isKept?: (outcome: Outcome) => boolean): Promise<Outcome>;
}

export function postgresConnection(pool: PostgresPool, timeouts: PostgresTimeouts): PostgresConnection {
  const lock = Math.round(timeouts.lockTimeoutSeconds * 1000);
  const statement = Math.round(timeouts.statementTimeoutSeconds * 1000);
  // LOCAL ends with the transaction, so that it meets nobody else behind a pooler. One message for all of them. The last
  // takes its locks from a process that stands still in the middle of a change.
  const begin = `BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL lock_timeout = ${lock};
    SET LOCAL statement_timeout = ${statement};
    SET LOCAL idle_in_transaction_session_timeout = ${statement}`;

  /** Once there is a connection, that is: whoever got none has waited for it, and is told now. */
  async function withRetries<T>(work: (client: PostgresClient) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const client = await pool.connect();
      try {
        return await lent(client, work);
      } catch (error) {
        const mayTryAgain = ROLLED_BACK.includes(sqlState(error)) || endedConnection(error);
        if (!mayTryAgain || attempt === ATTEMPTS) throw error;
      }
    }
  }

  return {
    rows: (query) => withRetries(async (client) => ask(client, query)),
    lockMilliseconds: lock,
    async once(query) {
      const connected = await pool.connect();
      try {
        return await lent(connected, async (client) => ask(client, query));
      } catch (error) {
        if (sqlState(error) === undefined || endedConnection(error)) return undefined;
        throw error;
      }
    },
    run: (make, isKept = () => true) =>
      withRetries(async (client) => {
        await client.query(begin);
        const outcome = await runAsync(make(), async (query) => ask(client, query));
        await (isKept(outcome) ? commit(client) : client.query("ROLLBACK"));
        return outcome;
      }),
  };
}

export async function ask(client: PostgresClient, { sql, values }: Query): Promise<readonly Row[]> {
  let parameters = 0;
  const text = sql.replaceAll("?", () => `$${(parameters += 1)}`);
  return (await client.query(text, [...values])).rows as readonly Row[];
}

/** @throws an error that says so where nobody knows whether it was committed; to try again could do a change twice */
async function commit(client: PostgresClient): Promise<void> {
  try {
    await client.query("COMMIT");
  } catch (cause) {
    if (sqlState(cause) !== undefined && !endedConnection(cause)) throw cause;
    throw new Error("The connection failed at a commit, and whether the change was written is unknown", {
      cause,
    });
  }
}

/** Lends a connection to `work`. One on which something failed goes back rolled back, or for good. */
export async function lent<T>(
  client: PostgresClient,
  work: (client: PostgresClient) => Promise<T>,
): Promise<T> {
  let broken: Error | undefined;
  // A driver that finds nobody to tell ends the process.
  const onError = (error: Error): void => void (broken = error);
  client.on?.("error", onError);
  try {
    return await work(client);
  } catch (error) {
    if (sqlState(error) === undefined || endedConnection(error)) {
      broken ??= error instanceof Error ? error : new Error("The connection failed", { cause: error });
    } else {
      await client.query("ROLLBACK").catch((cause: unknown) => {
        broken ??= new Error("The connection could not be rolled back", { cause });
      });
    }
    throw error;
  } finally {
    client.release(broken);
    client.removeListener?.("error", onError);
  }
}
