import { renewedClient } from "@oauth-dcr/core";
import type {
  CreateClientGuards,
  CreateClientOutcome,
  DeleteClientOutcome,
  RegisteredClient,
} from "@oauth-dcr/core";
import { fromRow, quotaKeysOf, toRow } from "./client-row.js";
import type { Decide } from "./sql-store.js";
import type { Statements } from "./statements.js";
import { query, type Row, type Transition } from "./transition.js";

/** A count that no pool reaches. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * Somebody was quicker, with the same fingerprint or the same identifier, in a database that lets two write at once. To be
 * rolled back and begun anew: to wait for their row now would be to hold the pools that they may wait for.
 */
export interface Overtaken {
  readonly outcome: "overtaken";
}

/**
 * What each call of the store does inside its transaction. What a refusal has done until then it undoes itself, as the
 * transaction may hold the changes of others. Rows are locked in one order: client, token, pools.
 */
export function transitions(sql: Statements) {
  function* createClient(
    client: RegisteredClient,
    { spendInitialAccessToken: spent, quotas = [] }: CreateClientGuards,
  ): Transition<CreateClientOutcome | Overtaken> {
    if ((yield* query(sql.findClient, client.clientId)).length > 0) return { outcome: "duplicate_client_id" };
    const existing = yield* renewShared(client);
    if (existing) return { outcome: "existing", client: existing };
    if (spent && (yield* query(sql.spendToken, spent.id, spent.at)).length === 0) {
      return { outcome: "initial_access_token_spent" };
    }
    const keys = new Set(client.quotaKeys);
    const counted: string[] = [];
    const full = new Set<string>();
    // In the order of the keys, all of them, so that no two transactions wait for each other.
    for (const key of [...new Set([...keys, ...quotas.map((quota) => quota.key)])].sort()) {
      const limit = Math.min(
        NO_LIMIT,
        ...quotas.filter((quota) => quota.key === key).map((quota) => quota.limit),
      );
      const hasRoom = limit >= 1 && (yield* query(sql.countIn, key, limit)).length === 1;
      if (hasRoom) counted.push(key);
      else full.add(key);
    }
    const exceeded = quotas.find(({ key }) => full.has(key));
    if (exceeded) {
      yield* countOut(counted);
      if (spent) yield* query(sql.giveTokenBack, spent.id);
      return { outcome: "quota_exceeded", key: exceeded.key };
    }
    // A quota on a key that the client does not have is looked at only.
    yield* countOut(counted.filter((key) => !keys.has(key)));
    if ((yield* query(sql.insertClient, ...toRow(client))).length === 1) return { outcome: "created" };
    return { outcome: "overtaken" };
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
  ): Transition<{ readonly outcome: Outcome | "not_found" }> {
    const [row] = yield* query(sql.lockClient, clientId);
    if (!row) return { outcome: "not_found" };
    const client = fromRow(row);
    const decided = decide(client);
    if (typeof decided === "string") return { outcome: decided };
    const [outcome, after] = decided;
    yield* write(after);
    if (!after.quotaKeys) yield* countOut([...new Set(client.quotaKeys)]);
    return { outcome };
  }

  function* deleteClient(clientId: string): Transition<DeleteClientOutcome> {
    const deleted = yield* query(sql.deleteClient, clientId);
    yield* countOut(deleted.flatMap(quotaKeysOf));
    return { outcome: deleted.length === 1 ? "deleted" : "not_found" };
  }

  function* deleteExpiredClients(clientIds: readonly string[], now: number): Transition<readonly string[]> {
    const deleted: readonly Row[] = yield* query(sql.deleteExpiredClients, JSON.stringify(clientIds), now);
    yield* countOut(deleted.flatMap(quotaKeysOf));
    return deleted.map((row) => row["client_id"] as string);
  }

  function* write(client: RegisteredClient): Transition<void> {
    yield* query(sql.replaceClient, ...toRow(client), client.clientId);
  }

  /** Takes clients out of their pools. The keys in their order, so that no two transactions wait for each other. */
  function* countOut(keys: readonly string[]): Transition<void> {
    for (const key of [...new Set(keys)].sort()) {
      yield* query(sql.countOut, keys.filter((other) => other === key).length, key);
      yield* query(sql.dropCount, key);
    }
  }

  return { createClient, changeClient, deleteClient, deleteExpiredClients };
}
