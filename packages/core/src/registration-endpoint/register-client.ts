import { admitRegistration } from "../access/admit-registration.js";
import type { BearerCredentials } from "../access/bearer-credentials.js";
import type { AccessGrant } from "../access/registration-access.js";
import type { Finding } from "../client-metadata/finding.js";
import type { Failure, Refusal } from "../failure.js";
import type { JsonObject } from "../json.js";
import type { RegistrationDesk } from "../registration-desk.js";
import { issueRegistrationAccessToken } from "../registration-access-token/registration-access-token.js";
import type { RequestContext } from "../request-context.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Awaitable, type Result } from "../result.js";
import type { RegisteredClient } from "../store/registration-store.js";
import { acceptClientMetadata, type AcceptedRecord } from "./accept-client-metadata.js";
import { clientFingerprint } from "./client-fingerprint.js";
import { clientInformationResponse, type ClientInformationResponse } from "./client-information-response.js";
import { storeClient } from "./store-client.js";

/** A record while it is put together. */
type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** A request to an endpoint of ours, with its body still unread. */
export interface RegistrationRequest {
  readonly context: RequestContext;
  readonly credentials: BearerCredentials;
  readonly readMetadata: () => Awaitable<Result<JsonObject, Failure>>;
  /** Whether the client has left, so that it would never learn of a new record. */
  readonly isAborted?: () => boolean;
}

/** A request that was served. */
export interface Served {
  readonly client: RegisteredClient;
  /** What was put right on the way. */
  readonly findings: readonly Finding[];
  /** Why the client awaits approval, for the operator alone; there exactly when it does. */
  readonly heldBecause?: string;
  /** Whether the client was there already, and an open registration of the same metadata led to it. */
  readonly isReused?: true;
  /** The record that an update put another in the place of. */
  readonly replaced?: RegisteredClient;
  /** Missing where there is nothing left to say. */
  readonly response?: ClientInformationResponse;
}

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
  desk: RegistrationDesk,
): Steps<Result<Registration, Refusal>> {
  const admitted = yield* admitRegistration(request, desk);
  if (!admitted.ok) return admitted;
  const registered = yield* registerAdmitted(request, admitted.value, desk);
  return registered.ok ? registered : err({ ...registered.error, origin: admitted.value.origin });
}

function* registerAdmitted(
  request: RegistrationRequest,
  grant: AccessGrant,
  desk: RegistrationDesk,
): Steps<Result<Registration, Failure>> {
  const { store, randomBytes } = desk;
  const submitted = yield* wait(request.readMetadata());
  if (!submitted.ok) return submitted;

  const accepted = yield* acceptClientMetadata({ submitted: submitted.value, origin: grant.origin }, desk);
  if (!accepted.ok) return accepted;
  if (request.isAborted?.()) return err({ kind: "request_aborted" });
  const { record, ...remarks } = accepted.value;
  const { software_id: softwareId } = record.metadata;
  const { limits } = desk.access;
  const withinSoftware =
    softwareId === undefined ? undefined : limits && (yield* wait(limits.software(softwareId)));
  if (withinSoftware?.ok === false) return withinSoftware;
  // Not when the head came: a body may be slow, and a token must not outlive its expiry by that.
  const nowSeconds = Math.floor(desk.clock() / 1000);

  const fingerprint = clientFingerprint(record, desk);
  // Whoever registers a shared client again would get a token to manage what others use.
  const registrationAccessToken =
    desk.management && fingerprint === undefined ? issueRegistrationAccessToken(randomBytes) : undefined;
  const expiresAt = desk.lifecycle.expiryWithoutUse(nowSeconds);
  const quotas = desk.quotas(record.origin, request.context);
  const unidentified = { ...record, clientIdIssuedAt: nowSeconds, version: 1 };
  const identity = desk.identify(unidentified, randomBytes);
  if (!identity.ok) return identity;
  const { clientId, secret } = identity.value;
  const client: Writable<AcceptedRecord> = { ...unidentified, clientId };
  if (secret) Object.assign(client, secret.record);
  if (registrationAccessToken) client.registrationAccessTokenHash = registrationAccessToken.hash;
  if (expiresAt !== undefined) client.expiresAt = expiresAt;
  if (fingerprint !== undefined) client.fingerprint = fingerprint;
  if (quotas.length > 0) client.quotaKeys = quotas.map(({ key }) => key);
  const stored = yield* storeClient(client, { grant, quotas, nowSeconds }, store);
  if (!stored.ok) return stored;

  if (stored.value) {
    // The metadata of this request, which says the same: a client may look for the loopback port that it sent.
    const { clientId: knownAs, clientIdIssuedAt, status } = stored.value;
    const reused = { ...client, clientId: knownAs, clientIdIssuedAt, status };
    if (status === "disabled") return err({ kind: "client_disabled", clientId: knownAs });
    const { heldBecause, findings } = remarks;
    return ok({
      client: reused,
      response: clientInformationResponse(reused, {}, desk),
      isReused: true,
      findings,
      // An operator may have approved it since.
      ...(status === "awaiting_approval" && heldBecause !== undefined && { heldBecause }),
    });
  }
  const shown = { clientSecret: secret?.value, registrationAccessToken: registrationAccessToken?.value };
  return ok({ client, response: clientInformationResponse(client, shown, desk), ...remarks });
}
