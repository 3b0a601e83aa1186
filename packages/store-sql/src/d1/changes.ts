import { renewedClient } from "@oauth-dcr/core/store";
import type { CreateClientGuards, CreateClientOutcome, DeleteClientOutcome } from "@oauth-dcr/core/store";
import { CLIENT_COLUMNS, fromRow, toRow } from "../sql/client-row.js";
import type { Condition, D1Connection, Plan } from "./connection.js";
import {
  asRead,
  hasRoom,
  clientIdIsFree,
  tokenHasUse,
  fingerprintIsNew,
  leavePools,
  LISTED,
  renewal,
} from "./conditions.js";
import type { Decide, NewClient } from "../sql/sql-store.js";
import { NO_LIMIT } from "../sql/pools.js";
import { COUNT_IN } from "../sqlite/pools.js";
import type { Statements } from "../sql/statements.js";
import type { Query, Row, SqlValue } from "../sql/transition.js";

/**
 * What each call of the store does: the transitions of `transitions.ts` for a database whose transactions cannot be talked
 * with. What is read is decided on by the same functions of core, and written together with the conditions that the
 * decision rests on. They say no more than it needs: that a pool has room, and not how many are in it, so that
 * registrations at the same moment do not get into each other's way.
 */
export function d1Changes(connection: D1Connection, sql: Statements) {
  const one = (clientId: string): Condition => ({ sql: LISTED, values: [JSON.stringify([clientId])] });

  async function createClient(
    client: NewClient,
    { spendInitialAccessToken: spent, quotas = [] }: CreateClientGuards,
  ): Promise<CreateClientOutcome> {
    const { clientId, fingerprint } = client;
    const conditions = [
      clientIdIsFree(clientId),
      spent ? tokenHasUse(spent) : ALWAYS,
      ...quotas.map(hasRoom),
      ...(fingerprint === undefined ? [] : [fingerprintIsNew(fingerprint)]),
    ];
    const reads = [
      allOf(conditions),
      ...(fingerprint === undefined ? [] : [{ sql: sql.findClientByFingerprint, values: [fingerprint] }]),
    ];
    return connection.change<CreateClientOutcome>(reads, ([held, shared]) => {
      const holds = conditions.map((_, index) => Number(held?.[0]?.[`condition_${index}`]) === 1);
      const existing = shared?.[0];
      const [free, good] = holds;
      if (!free) return unchanged({ outcome: "duplicate_client_id" });
      if (existing) return renewed(existing, client.expiresAt);
      if (!good) return unchanged({ outcome: "initial_access_token_spent" });
      const exceeded = quotas.find((_, index) => !holds[index + 2]);
      if (exceeded) return unchanged({ outcome: "quota_exceeded", key: exceeded.key });
      return {
        provided: conditions,
        writes: [
          { sql: sql.insertClient, values: client.row },
          ...(spent ? [{ sql: sql.spendToken, values: [spent.id, spent.at] }] : []),
          // Whether there is room is among the conditions.
          ...[...new Set(client.quotaKeys)].map((key) => ({ sql: COUNT_IN, values: [key, NO_LIMIT] })),
        ],
        outcome: () => ({ outcome: "created" }),
      };
    });
  }

  /** The client of the same fingerprint, which then ends no earlier than the new one would have. */
  function renewed(row: Row, expiresAt: number | undefined): Plan<CreateClientOutcome> {
    const client = fromRow(row);
    const later = renewedClient(client, expiresAt);
    if (later.expiresAt === client.expiresAt) return unchanged({ outcome: "existing", client });
    const { provided, write } = renewal(later);
    return {
      provided: [provided],
      writes: [write, { sql: sql.findClient, values: [client.clientId] }],
      // As it is now: all that was made sure of is that it ends later than before.
      outcome: ([, now]) => ({ outcome: "existing", client: fromRow(now?.[0] ?? row) }),
    };
  }

  async function changeClient<Outcome extends string>(
    clientId: string,
    decide: Decide<Outcome>,
  ): Promise<{ readonly outcome: Outcome | "not_found" }> {
    const reads = [{ sql: sql.findClient, values: [clientId] }];
    return connection.change<{ readonly outcome: Outcome | "not_found" }>(reads, ([found]) => {
      const row = found?.[0];
      if (!row) return unchanged({ outcome: "not_found" });
      const client = fromRow(row);
      const decided = decide(client);
      if (typeof decided === "string") return unchanged({ outcome: decided });
      const [outcome, after] = decided;
      return {
        provided: [asRead(CLIENT_COLUMNS.map((column) => row[column] as SqlValue))],
        writes: [
          ...(client.quotaKeys && !after.quotaKeys ? leavePools(one(clientId)) : []),
          { sql: sql.replaceClient, values: [...toRow(after), clientId] },
        ],
        outcome: () => ({ outcome }),
      };
    });
  }

  return {
    createClient,
    changeClient,
    // What is deleted need not be read before: its pools are found by the same condition, in the same transaction.
    async deleteClient(clientId: string): Promise<DeleteClientOutcome> {
      const deletion = { sql: sql.deleteClient, values: [clientId] };
      const deleted = (await connection.batch([...leavePools(one(clientId)), deletion])).at(-1);
      return { outcome: deleted?.length === 1 ? "deleted" : "not_found" };
    },
    async deleteExpiredClients(clientIds: readonly string[], now: number): Promise<readonly string[]> {
      const values = [JSON.stringify(clientIds), now];
      const expired = { sql: `${LISTED} AND expires_at <= ?`, values };
      const deletion = { sql: sql.deleteExpiredClients, values };
      const deleted = (await connection.batch([...leavePools(expired), deletion])).at(-1) ?? [];
      return deleted.map((row) => row["client_id"] as string);
    },
  };
}

const ALWAYS: Condition = { sql: "1", values: [] };

/** One row with a column for each condition. */
function allOf(conditions: readonly Condition[]): Query {
  return {
    sql: `SELECT ${conditions.map(({ sql }, index) => `(${sql}) AS condition_${index}`).join(", ")}`,
    values: conditions.flatMap(({ values }) => values),
  };
}

function unchanged<Outcome>(outcome: Outcome): Plan<Outcome> {
  return { provided: [], writes: [], outcome: () => outcome };
}
