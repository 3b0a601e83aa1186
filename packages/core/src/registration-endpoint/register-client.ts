import {
  assessClientMetadata,
  type Assessment,
  type ClientMetadataRules,
} from "../client-metadata/assess-client-metadata.js";
import type { Finding } from "../client-metadata/finding.js";
import { issueClientCredentials } from "../client-credentials/issue-client-credentials.js";
import type { BearerCredentials } from "../access/bearer-credentials.js";
import type { AccessGrant, RegistrationAccess } from "../access/registration-access.js";
import { constrainRules, constraintFindings } from "../initial-access-token/constrain-registration.js";
import type { RandomBytes } from "../crypto/random-token.js";
import type { Failure } from "../failure.js";
import type { JsonObject } from "../json.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient, RegistrationOrigin, RegistrationStore } from "../store/registration-store.js";
import { clientInformationResponse, type ClientInformationResponse } from "./client-information-response.js";

/** What the steps of a registration work with. */
export interface RegistrationDesk {
  readonly access: RegistrationAccess;
  readonly rules: ClientMetadataRules;
  readonly store: RegistrationStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly randomBytes: RandomBytes;
}

/** A request to register, with its body still unread. */
export interface RegistrationRequest {
  readonly context: RequestContext;
  readonly credentials: BearerCredentials;
  readonly readMetadata: () => Promise<Result<JsonObject, Failure>>;
  readonly signal?: { readonly aborted: boolean };
}

export interface Registration {
  readonly client: RegisteredClient;
  readonly response: ClientInformationResponse;
  /** What was put right on the way. */
  readonly findings: readonly Finding[];
}

/**
 * The registration of a client, from the first header to the stored record.
 *
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export async function registerClient(
  request: RegistrationRequest,
  desk: RegistrationDesk,
): Promise<Result<Registration, Failure>> {
  const { context, credentials } = request;
  const nowSeconds = Math.floor(desk.clock() / 1000);
  const admitted = await desk.access.admit({ context, credentials, store: desk.store, nowSeconds });
  if (!admitted.ok) return admitted;
  const grant = admitted.value;

  const submitted = await request.readMetadata();
  if (!submitted.ok) return submitted;

  const { metadata, findings } = assessUnderGrant(submitted.value, grant, desk.rules);
  if (!metadata) return err({ kind: "refused_metadata", findings });
  if (request.signal?.aborted) return err({ kind: "request_aborted" });

  const { clientId, secret } = issueClientCredentials(metadata, desk.randomBytes);
  const client: RegisteredClient = {
    clientId,
    clientIdIssuedAt: nowSeconds,
    version: 1,
    origin: originOf(grant),
    ...(secret && { clientSecretHash: secret.hash, clientSecretExpiresAt: secret.expiresAt }),
    metadata,
  };
  const stored = await storeClient(client, grant, nowSeconds, desk.store);
  if (!stored.ok) return stored;

  return ok({
    client,
    response: clientInformationResponse(client, secret?.value, desk.rules.members),
    findings,
  });
}

/** The metadata rules, narrowed to what the token allows, and the token's own on top. */
export function assessUnderGrant(
  submitted: JsonObject,
  grant: AccessGrant,
  rules: ClientMetadataRules,
): Assessment {
  if (grant.source === "open") return assessClientMetadata(submitted, rules);
  const { constraints } = grant.initialAccessToken;
  const assessment = assessClientMetadata(submitted, constrainRules(rules, constraints));
  const against = assessment.metadata ? constraintFindings(assessment.metadata, constraints) : [];
  return against.length > 0 ? { findings: [...assessment.findings, ...against] } : assessment;
}

function originOf(grant: AccessGrant): RegistrationOrigin {
  const { source } = grant;
  return source === "open" ? { source } : { source, initialAccessTokenId: grant.initialAccessToken.id };
}

async function storeClient(
  client: RegisteredClient,
  grant: AccessGrant,
  at: number,
  store: RegistrationStore,
): Promise<Result<void, Failure>> {
  try {
    const guards =
      grant.source === "open" ? {} : { spendInitialAccessToken: { id: grant.initialAccessToken.id, at } };
    const { outcome } = await store.createClient(client, guards);
    if (outcome === "created") return ok(undefined);
    if (outcome === "initial_access_token_spent") {
      return err({
        kind: "token_refused",
        reason: "spent",
        tokenId: client.origin.initialAccessTokenId ?? "",
      });
    }
    throw new Error(`the store answered ${outcome} for a random client_id`);
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}
