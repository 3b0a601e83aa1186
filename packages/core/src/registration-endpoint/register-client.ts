import { admitRegistration } from "../access/admit-registration.js";
import type { BearerCredentials } from "../access/bearer-credentials.js";
import type { AccessGrant } from "../access/registration-access.js";
import type { Finding } from "../client-metadata/finding.js";
import type { Failure, Refusal } from "../failure.js";
import type { JsonObject } from "../json.js";
import type { RegistrationDesk } from "../registration-desk.js";
import { issueRegistrationAccessToken } from "../registration-access-token/registration-access-token.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient } from "../store/registration-store.js";
import { acceptClientMetadata, type AcceptedRecord } from "./accept-client-metadata.js";
import { clientFingerprint } from "./client-fingerprint.js";
import { clientInformationResponse, type ClientInformationResponse } from "./client-information-response.js";
import { storeClient } from "./store-client.js";

/** A request to an endpoint of ours, with its body still unread. */
export interface RegistrationRequest {
  readonly context: RequestContext;
  readonly credentials: BearerCredentials;
  readonly readMetadata: () => Promise<Result<JsonObject, Failure>>;
  readonly signal?: { readonly aborted: boolean };
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
export async function registerClient(
  request: RegistrationRequest,
  desk: RegistrationDesk,
): Promise<Result<Registration, Refusal>> {
  const admitted = await admitRegistration(request, desk);
  if (!admitted.ok) return admitted;
  const registered = await registerAdmitted(request, admitted.value, desk);
  return registered.ok ? registered : err({ ...registered.error, origin: admitted.value.origin });
}

async function registerAdmitted(
  request: RegistrationRequest,
  grant: AccessGrant,
  desk: RegistrationDesk,
): Promise<Result<Registration, Failure>> {
  const { store, randomBytes } = desk;
  const submitted = await request.readMetadata();
  if (!submitted.ok) return submitted;

  const accepted = await acceptClientMetadata({ submitted: submitted.value, origin: grant.origin }, desk);
  if (!accepted.ok) return accepted;
  if (request.signal?.aborted) return err({ kind: "request_aborted" });
  const { record, ...remarks } = accepted.value;
  const { software_id: softwareId } = record.metadata;
  const withinSoftware = softwareId === undefined ? undefined : await desk.access.limitSoftware?.(softwareId);
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
  const client: AcceptedRecord = {
    ...unidentified,
    clientId,
    ...secret?.record,
    ...(registrationAccessToken && { registrationAccessTokenHash: registrationAccessToken.hash }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(quotas.length > 0 && { quotaKeys: quotas.map(({ key }) => key) }),
  };
  const stored = await storeClient(client, { grant, quotas, nowSeconds }, store);
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
