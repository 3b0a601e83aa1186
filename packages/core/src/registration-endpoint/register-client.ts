import { admitRegistration, type AdmissionConfig } from "../access/admit-registration.js";
import type { BearerCredentials } from "../access/bearer-credentials.js";
import type { AccessGrant } from "../access/registration-access.js";
import type { Finding } from "../client-metadata/finding.js";
import type { Failure, Refusal } from "../failure.js";
import type { JsonObject } from "../lib/json.js";
import { issueRegistrationAccessToken } from "../client-credentials/registration-access-token.js";
import type { RequestContext } from "../access/request-context.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";
import {
  acceptClientMetadata,
  type AcceptanceConfig,
  type AcceptedClient,
  type AcceptedRecord,
} from "./accept-client-metadata.js";
import { clientFingerprint, sharedMetadata } from "./client-fingerprint.js";
import {
  clientInformationResponse,
  type ClientInformationResponse,
  type ShownCredentials,
  type ResponseConfig,
} from "./client-information-response.js";
import type { IdentifyClient } from "../client-credentials/client-identity.js";
import type { ClientMetadataRules } from "../client-metadata/assess-client-metadata.js";
import type { RandomBytes } from "../crypto/random-token.js";
import { nowSeconds } from "../lib/clock.js";
import type { ClientLifecycle } from "../lifecycle/client-lifecycle.js";
import type { ClientQuotas } from "../quota/client-quotas.js";
import type { AuditEvents, Quota, RegistrationStore } from "../store/registration-store.js";
import { storeClient } from "./store-client.js";

/** A record while it is put together. */
type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What a registration needs of the server. */
export interface RegistrationConfig extends AdmissionConfig, AcceptanceConfig, ResponseConfig {
  readonly rules: ClientMetadataRules;
  readonly store: RegistrationStore;
  readonly lifecycle: ClientLifecycle;
  readonly quotas: ClientQuotas;
  /** Makes the `client_id` of a new client, and its secret. */
  readonly identify: IdentifyClient;
  /** Whether an open registration answers with the existing public client of the same metadata, or of all but its version. */
  readonly idempotentRegistration: boolean | "any_software_version";
  readonly randomBytes: RandomBytes;
}

/** A request whose body has not been read yet. */
export interface RegistrationRequest {
  readonly context: RequestContext;
  readonly credentials: BearerCredentials;
  readonly readMetadata: () => Awaitable<Result<JsonObject, Failure>>;
  /** Whether the caller has closed the connection, and would never receive the answer. */
  readonly isAborted?: () => boolean;
  /** The audit events of what is about to be done, for the store to write them with it. */
  readonly eventsOf?: (served: Served) => AuditEvents;
}

/** A request that succeeded. */
export interface Served {
  readonly client: RegisteredClient;
  /** The corrections that were made to the metadata. */
  readonly findings: readonly Finding[];
  /** Why the client awaits approval, for the operator only. Present if and only if it does. */
  readonly heldBecause?: string;
  /** Present if an open registration of the same metadata was answered with an existing client. */
  readonly isReused?: true;
  /** The record before an update. */
  readonly replaced?: RegisteredClient;
  /** Missing after a deletion. */
  readonly response?: ClientInformationResponse;
}

/** A registered client and its answer. */
export interface Registration extends Served {
  readonly response: ClientInformationResponse;
}

/**
 * The registration of a client, from the first header to the stored record.
 *
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function* registerClient(
  request: RegistrationRequest,
  config: RegistrationConfig,
): Steps<Result<Registration, Refusal>> {
  const admitted = yield* admitRegistration(request, config);
  if (!admitted.ok) return admitted;
  const registered = yield* registerAdmitted(request, admitted.value, config);
  return registered.ok ? registered : err({ ...registered.error, origin: admitted.value.origin });
}

function* registerAdmitted(
  request: RegistrationRequest,
  grant: AccessGrant,
  config: RegistrationConfig,
): Steps<Result<Registration, Failure>> {
  const submitted = yield* wait(request.readMetadata());
  if (!submitted.ok) return submitted;
  const accepted = yield* acceptClientMetadata({ submitted: submitted.value, origin: grant.origin }, config);
  if (!accepted.ok) return accepted;
  if (request.isAborted?.()) return err({ kind: "request_aborted" });

  const { record, ...remarks } = accepted.value;
  const { software_id: softwareId } = record.metadata;
  const { limits } = config.access;
  const withinSoftware =
    softwareId === undefined ? undefined : limits && (yield* wait(limits.software(softwareId)));
  if (withinSoftware?.ok === false) return withinSoftware;

  // Read after the body: a slow body must not extend the life of a token.
  const issuedAt = nowSeconds(config.clock);
  const quotas = config.quotas(record.origin, request.context.clientAddress);
  const made = newClient(record, quotas, issuedAt, config);
  if (!made.ok) return made;
  const { client, shown } = made.value;
  // With the metadata of this request: a client may expect the loopback port that it sent.
  const answered = { ...client, metadata: record.metadata };
  const { eventsOf } = request;
  const limitNew = limits?.newClient && {
    limitNewClient: () => limits.newClient?.(request.context) ?? ok(undefined),
  };
  const audited = eventsOf && { auditEvents: () => eventsOf({ client, ...remarks }) };
  const stored = yield* storeClient(
    client,
    { grant, quotas, nowSeconds: issuedAt, ...limitNew, ...audited },
    config.store,
  );
  if (!stored.ok) return stored;
  if (stored.value) return sharedRegistration(stored.value, answered, remarks, config);
  return ok({ client, response: clientInformationResponse(answered, shown, config), ...remarks });
}

/** The record of a new client, and the credentials that only its answer shows. */
function newClient(
  record: AcceptedClient["record"],
  quotas: readonly Quota[],
  issuedAt: number,
  config: RegistrationConfig,
): Result<{ readonly client: AcceptedRecord; readonly shown: ShownCredentials }, Failure> {
  const { randomBytes } = config;
  const fingerprint = config.idempotentRegistration
    ? clientFingerprint(record, config.rules.redirectUris, config.idempotentRegistration)
    : undefined;
  // A shared client gets no token: all who register the same metadata use that client.
  const registrationAccessToken =
    config.registrationClientUri && fingerprint === undefined
      ? issueRegistrationAccessToken(randomBytes)
      : undefined;
  const expiresAt = config.lifecycle.expiryWithoutUse(issuedAt, record);
  const metadata =
    fingerprint === undefined ? record.metadata : sharedMetadata(record.metadata, config.rules.redirectUris);
  const unidentified = { ...record, metadata, clientIdIssuedAt: issuedAt, version: 1 };
  const identity = config.identify(unidentified, randomBytes);
  if (!identity.ok) return identity;
  const { clientId, secret } = identity.value;
  const client: Writable<AcceptedRecord> = { ...unidentified, clientId };
  if (secret) Object.assign(client, secret.record);
  if (registrationAccessToken) client.registrationAccessTokenHash = registrationAccessToken.hash;
  if (expiresAt !== undefined) client.expiresAt = expiresAt;
  if (fingerprint !== undefined) client.fingerprint = fingerprint;
  if (quotas.length > 0) client.quotaKeys = quotas.map(({ key }) => key);
  return ok({
    client,
    shown: { clientSecret: secret?.value, registrationAccessToken: registrationAccessToken?.value },
  });
}

/** The answer of a registration whose metadata an existing client has. */
function sharedRegistration(
  { clientId, clientIdIssuedAt, status, administration }: RegisteredClient,
  client: AcceptedRecord,
  { heldBecause, findings }: Omit<AcceptedClient, "record">,
  config: RegistrationConfig,
): Result<Registration, Failure> {
  if (status === "disabled") return err({ kind: "client_disabled", clientId });
  const said = administration && { administration };
  const shared = { ...client, clientId, clientIdIssuedAt, status, ...said };
  return ok({
    client: shared,
    response: clientInformationResponse(shared, {}, config),
    isReused: true,
    findings,
    // An operator may have approved it since.
    ...(status === "awaiting_approval" && heldBecause !== undefined && { heldBecause }),
  });
}
