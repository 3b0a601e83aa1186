import type { AccessGrant } from "../access/registration-access.js";
import type { Failure } from "../failure.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";
import type { AuditEvents, Quota, RegistrationStore } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import type { AcceptedRecord } from "./accept-client-metadata.js";

/** What has to hold for a client to be stored. */
interface StoreGuards {
  readonly grant: AccessGrant;
  readonly quotas: readonly Quota[];
  readonly nowSeconds: number;
  /** Asked before a client is stored that leads to no known one. */
  readonly limitNewClient?: () => Awaitable<Result<void, Failure>>;
  /** The events of a new client. */
  readonly auditEvents?: () => AuditEvents;
}

/** Stores a new client, or answers the one of the same fingerprint that was there already. */
export function* storeClient(
  client: AcceptedRecord,
  {
    grant: { spendInitialAccessToken: id, spendForeignToken },
    quotas,
    nowSeconds: at,
    limitNewClient,
    auditEvents,
  }: StoreGuards,
  store: RegistrationStore,
): Steps<Result<RegisteredClient | undefined, Failure>> {
  try {
    const known = yield* findKnownClient(client, store);
    if (known && isFresh(known, client, at)) return ok(known);
    const within = known ? undefined : limitNewClient && (yield* wait(limitNewClient()));
    if (within?.ok === false) return within;
    // Last, as nothing gives a use of a foreign token back.
    const spent = spendForeignToken && (yield* wait(spendForeignToken(at)));
    if (spent?.ok === false) return err(failureOfSpending(spent.error, client));
    const stored = yield* wait(
      store.createClient(client, {
        ...(id !== undefined && { spendInitialAccessToken: { id, at } }),
        ...(quotas.length > 0 && { quotas }),
        ...(auditEvents && { auditEvents: auditEvents() }),
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

function* findKnownClient(
  { fingerprint }: RegisteredClient,
  store: RegistrationStore,
): Steps<RegisteredClient | undefined> {
  return fingerprint === undefined ? undefined : yield* wait(store.findClientByFingerprint(fingerprint));
}

/** Whether nothing of a known client has to be written: its expiry need not be renewed yet. */
function isFresh(known: RegisteredClient, { expiresAt }: RegisteredClient, nowSeconds: number): boolean {
  if (known.expiresAt === undefined) return true;
  return expiresAt !== undefined && known.expiresAt - nowSeconds > (expiresAt - nowSeconds) / 2;
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
