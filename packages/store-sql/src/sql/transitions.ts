import { renewedClient } from "@oauth-dcr/core/store";
import type {
  CreateClientGuards,
  CreateClientOutcome,
  DeleteClientOutcome,
  Quota,
} from "@oauth-dcr/core/store";
import type { RegisteredClient } from "@oauth-dcr/core";
import { fromRow, toRow } from "./client-row.js";
import { NO_LIMIT, type Member, type Pools } from "./pools.js";
import type { EventNotes } from "./event-notes.js";
import type { Decide, NewClient } from "./sql-store.js";
import type { Statements } from "./statements.js";
import { query, type Query, type Row, type Transition } from "./transition.js";

/**
 * Somebody was quicker, with the same fingerprint, the same identifier or in the same pool, in a database that lets two
 * write at once. To be rolled back and begun anew: to wait for their row now would be to hold the pools that they may
 * wait for.
 */
interface Overtaken {
  readonly outcome: "overtaken";
}

/**
 * What each call of the store does inside its transaction. What a refusal has done until then it undoes itself, as the
 * transaction may hold the changes of others. Rows are locked in one order: client, token, pools.
 *
 * @param notes takes the texts of the events of what was changed; without it there are none
 */
export function transitions(sql: Statements, pools: Pools, notes?: EventNotes) {
  function* note(events: readonly string[]): Transition<void> {
    if (notes && events.length > 0) yield* notes.note(events);
  }

  function* createClient(
    client: NewClient,
    { spendInitialAccessToken: spent, quotas = [] }: CreateClientGuards,
    events: readonly string[],
  ): Transition<CreateClientOutcome | Overtaken> {
    if ((yield* query(sql.findClient, client.clientId)).length > 0) return { outcome: "duplicate_client_id" };
    const existing = yield* renewShared(client);
    if (existing) return { outcome: "existing", client: existing };
    if (spent && (yield* query(sql.spendToken, spent.id, spent.at)).length === 0) {
      return { outcome: "initial_access_token_spent" };
    }
    const keys = [...new Set(client.quotaKeys)].sort();
    const limits = new Map(keys.map((key) => [key, limitOf(key, quotas)]));
    const full = yield* pools.enter(client.clientId, limits);
    if (full === "overtaken") return { outcome: "overtaken" };
    const exceeded = quotas.find(({ key }) => full.has(key));
    if (exceeded) {
      yield* leave(
        client.clientId,
        keys.filter((key) => !full.has(key)),
      );
      if (spent) yield* query(sql.giveTokenBack, spent.id);
      return { outcome: "quota_exceeded", key: exceeded.key };
    }
    if ((yield* query(sql.insertClient, ...client.row)).length !== 1) return { outcome: "overtaken" };
    yield* note(events);
    return { outcome: "created" };
  }

  /** The client of the same fingerprint, which then ends no earlier than the new one would have. */
  function* renewShared({
    fingerprint,
    expiresAt,
  }: RegisteredClient): Transition<RegisteredClient | undefined> {
    if (fingerprint === undefined) return undefined;
    const [row] = yield* query(sql.lockClientByFingerprint, fingerprint);
    if (!row) return undefined;
    const client = fromRow(row);
    const renewed = renewedClient(client, expiresAt);
    if (renewed.expiresAt !== client.expiresAt) yield* write(renewed);
    return renewed;
  }

  function* changeClient<Outcome extends string>(
    clientId: string,
    decide: Decide<Outcome>,
    events: readonly string[],
  ): Transition<{ readonly outcome: Outcome | "not_found" }> {
    const [row] = yield* query(sql.lockClient, clientId);
    if (!row) return { outcome: "not_found" };
    const client = fromRow(row);
    const decided = decide(client);
    if (typeof decided === "string") return { outcome: decided };
    const [outcome, after] = decided;
    yield* write(after);
    if (!after.quotaKeys) yield* leave(clientId, client.quotaKeys);
    yield* note(events);
    return { outcome };
  }

  function* deleteClient(clientId: string, events: readonly string[]): Transition<DeleteClientOutcome> {
    const deleted = yield* query(sql.deleteClient, clientId);
    if (deleted.length === 0) return { outcome: "not_found" };
    yield* pools.leave(deleted.flatMap(membersOf));
    yield* note(events);
    return { outcome: "deleted" };
  }

  /** @param eventOf the text of a client's event */
  function* deleteExpiredClients(
    clientIds: readonly string[],
    now: number,
    eventOf: ReadonlyMap<string, string>,
  ): Transition<readonly string[]> {
    const deleted: readonly Row[] = yield* query(sql.deleteExpiredClients, JSON.stringify(clientIds), now);
    yield* pools.leave(deleted.flatMap(membersOf));
    const ids = deleted.map((row) => row["client_id"] as string);
    yield* note(ids.flatMap((id) => eventOf.get(id) ?? []));
    return ids;
  }

  /** One statement that answers with a row for each row that it changed. */
  function* changeRows({ sql: text, values }: Query, events: readonly string[]): Transition<readonly Row[]> {
    const rows = yield* query(text, ...values);
    if (rows.length > 0) yield* note(events);
    return rows;
  }

  function* write(client: RegisteredClient): Transition<void> {
    yield* query(sql.replaceClient, ...toRow(client), client.clientId);
  }

  function* leave(clientId: string, keys: readonly string[] = []): Transition<void> {
    yield* pools.leave([...new Set(keys)].map((key) => [key, clientId]));
  }

  return { createClient, changeClient, deleteClient, deleteExpiredClients, changeRows };
}

function limitOf(quotaKey: string, quotas: readonly Quota[]): number {
  return Math.min(NO_LIMIT, ...quotas.filter(({ key }) => key === quotaKey).map(({ limit }) => limit));
}

/** The pools that the client of a row counts in, each once. */
function membersOf(row: Row): readonly Member[] {
  const keys = JSON.parse((row["quota_keys"] as string | null) ?? "[]") as readonly string[];
  return [...new Set(keys)].map((key) => [key, row["client_id"] as string]);
}
