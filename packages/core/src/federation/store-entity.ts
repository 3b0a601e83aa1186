import type { RequestContext } from "../access/request-context.js";
import type { RegistrationLimits } from "../access/registration-access.js";
import {
  issueClientSecret,
  needsClientSecret,
  type IssuedClientSecret,
} from "../client-credentials/client-secret.js";
import { tokenHash } from "../crypto/token-hash.js";
import type { Failure } from "../failure.js";
import { nowSeconds } from "../lib/clock.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { AcceptedClient, AcceptedRecord } from "../registration-endpoint/accept-client-metadata.js";
import type { Served } from "../registration-endpoint/register-client.js";
import { storeClient } from "../registration-endpoint/store-client.js";
import type { RegisteredClient } from "../store/records.js";
import type { AuditEvents } from "../store/registration-store.js";
import type { FederationConfig } from "./federation-config.js";
import type { ResolvedEntity } from "./resolve-entity.js";

interface EntityRecord {
  readonly record: AcceptedClient["record"];
  readonly fingerprint: string;
  /** The client that the entity has already. */
  readonly current: RegisteredClient | undefined;
}

interface StoreRequest {
  readonly context: RequestContext;
  readonly eventsOf: (served: Served) => AuditEvents;
  readonly remarks: Omit<AcceptedClient, "record">;
  readonly limits: RegistrationLimits;
}

interface StoredEntity {
  readonly client: RegisteredClient;
  readonly clientSecret: string | undefined;
}

/**
 * What the registrations of one entity have in common. The trust anchor is part of it: members of another federation cannot
 * replace a client by naming themselves after it.
 */
export function entityFingerprint({ trustAnchor, entityId }: ResolvedEntity): string {
  return tokenHash(JSON.stringify(["federation", trustAnchor, entityId]));
}

/** Stores a new client of an entity, or what its client becomes. */
export function* storeEntity(
  { record, fingerprint, current }: EntityRecord,
  request: StoreRequest,
  config: FederationConfig,
): Steps<Result<StoredEntity, Failure>> {
  return yield* current
    ? renewClient(record, current, request, config)
    : createClient(record, fingerprint, request, config);
}

function* createClient(
  record: AcceptedClient["record"],
  fingerprint: string,
  { context, eventsOf, remarks, limits }: StoreRequest,
  config: FederationConfig,
): Steps<Result<StoredEntity, Failure>> {
  const issuedAt = nowSeconds(config.clock);
  const quotas = config.quotas(record.origin, context.clientAddress);
  const unidentified = { ...record, clientIdIssuedAt: issuedAt, version: 1 };
  const identity = config.identify(unidentified, config.randomBytes);
  if (!identity.ok) return identity;
  const { clientId, secret } = identity.value;
  const client: AcceptedRecord = {
    ...unidentified,
    clientId,
    ...secret?.record,
    ...expiryOf(record),
    fingerprint,
    ...(quotas.length > 0 && { quotaKeys: quotas.map(({ key }) => key) }),
  };
  const { newClient } = limits;
  const stored = yield* storeClient(
    client,
    {
      grant: { origin: record.origin },
      quotas,
      nowSeconds: issuedAt,
      limitNewClient: () => newClient?.(context) ?? ok(undefined),
      auditEvents: () => eventsOf({ client, ...remarks }),
    },
    config.store,
  );
  if (!stored.ok) return stored;
  // The same entity registered at the same time.
  return stored.value ? err({ kind: "conflict" }) : ok({ client, clientSecret: secret?.value });
}

/** Keeps the client's identifier: users' consents and tokens are bound to it. */
function* renewClient(
  record: AcceptedClient["record"],
  current: RegisteredClient,
  { eventsOf, remarks }: StoreRequest,
  { store, clock, clientSecrets, randomBytes }: FederationConfig,
): Steps<Result<StoredEntity, Failure>> {
  const secret: IssuedClientSecret | undefined = needsClientSecret(record.metadata)
    ? issueClientSecret(clientSecrets, randomBytes, nowSeconds(clock), current)
    : undefined;
  const { clientId, clientIdIssuedAt, version } = current;
  const client: AcceptedRecord = {
    ...record,
    clientId,
    clientIdIssuedAt,
    version: version + 1,
    ...secret?.record,
    ...expiryOf(record),
  };
  try {
    const events = eventsOf({ client, replaced: current, ...remarks });
    const replaced = yield* wait(store.replaceClient(client, version, events));
    if (replaced.outcome !== "replaced") return err({ kind: "conflict" });
    // Its expiry is not an update's to change. Whoever is interrupted here registers again, and the client ends as before.
    const { status } = client;
    const change = { from: [status], to: status, expectedVersion: client.version, ...expiryOf(record) };
    const extended = yield* wait(store.changeClientStatus(clientId, change));
    if (extended.outcome !== "changed") return err({ kind: "conflict" });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
  const { administration } = current;
  return ok({
    client: { ...client, ...(administration && { administration }) },
    clientSecret: secret?.value,
  });
}

function expiryOf({ origin }: AcceptedClient["record"]): { readonly expiresAt?: number } {
  return origin.federation ? { expiresAt: origin.federation.endsAt } : {};
}
