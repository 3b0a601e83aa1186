import type { AccessGrant } from "../access/registration-access.js";
import type { Failure } from "../failure.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { Quota, RegistrationStore } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import type { AcceptedRecord } from "./accept-client-metadata.js";

/** What has to hold for a client to be stored. */
interface StoreGuards {
  readonly grant: AccessGrant;
  readonly quotas: readonly Quota[];
  readonly nowSeconds: number;
}

/** Stores a new client, or answers the one of the same fingerprint that was there already. */
export function* storeClient(
  client: AcceptedRecord,
  { grant: { spendInitialAccessToken: id, spendForeignToken }, quotas, nowSeconds: at }: StoreGuards,
  store: RegistrationStore,
): Steps<Result<RegisteredClient | undefined, Failure>> {
  const spent = spendForeignToken && (yield* wait(spendForeignToken(at)));
  if (spent?.ok === false) return err(failureOfSpending(spent.error, client));
  try {
    const known = yield* findFreshClient(client, at, store);
    if (known) return ok(known);
    const stored = yield* wait(
      store.createClient(client, {
        ...(id !== undefined && { spendInitialAccessToken: { id, at } }),
        ...(quotas.length > 0 && { quotas }),
      }),
    );
    switch (stored.outcome) {
      case "created":
        return ok(undefined);
      case "existing":
        return ok(stored.client);
      case "quota_exceeded":
        return err({ kind: "quota_exceeded", key: stored.key, limit: limitOf(stored.key, quotas) });
      case "initial_access_token_spent":
        return err({ kind: "token_refused", reason: "spent", ...(id !== undefined && { tokenId: id }) });
      case "duplicate_client_id":
        throw new Error("the store has a client of a random client_id already");
    }
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}

/** The client of the same fingerprint, unless its expiry must be renewed, which needs a write. */
function* findFreshClient(
  { fingerprint, expiresAt }: RegisteredClient,
  nowSeconds: number,
  store: RegistrationStore,
): Steps<RegisteredClient | undefined> {
  if (fingerprint === undefined) return undefined;
  const known = yield* wait(store.findClientByFingerprint(fingerprint));
  if (known?.expiresAt === undefined) return known;
  return expiresAt !== undefined && known.expiresAt - nowSeconds > (expiresAt - nowSeconds) / 2
    ? known
    : undefined;
}

function limitOf(key: string, quotas: readonly Quota[]): number {
  return quotas.find((quota) => quota.key === key)?.limit ?? 0;
}

function failureOfSpending(
  { reason, cause }: JsonWebTokenRefusal<"expired" | "replayed" | "replay_store_unavailable">,
  { origin: { initialAccessTokenId: tokenId } }: RegisteredClient,
): Failure {
  if (reason === "replay_store_unavailable") return { kind: "verifier_unavailable", cause };
  return { kind: "token_refused", reason, ...(tokenId !== undefined && { tokenId }) };
}
