import { assessClientMetadata, type ClientMetadataRules } from "../client-metadata/assess-client-metadata.js";
import type { Finding } from "../client-metadata/finding.js";
import { issueClientCredentials } from "../client-credentials/issue-client-credentials.js";
import type { RegistrationAccess } from "../access/open-registration.js";
import type { RandomBytes } from "../crypto/random-token.js";
import type { Failure } from "../failure.js";
import type { JsonObject } from "../json.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient, RegistrationStore } from "../store/registration-store.js";
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
  const admitted = await desk.access.admit(request.context);
  if (!admitted.ok) return admitted;

  const submitted = await request.readMetadata();
  if (!submitted.ok) return submitted;

  const { metadata, findings } = assessClientMetadata(submitted.value, desk.rules);
  if (!metadata) return err({ kind: "refused_metadata", findings });
  if (request.signal?.aborted) return err({ kind: "request_aborted" });

  const { clientId, secret } = issueClientCredentials(metadata, desk.randomBytes);
  const client: RegisteredClient = {
    clientId,
    clientIdIssuedAt: Math.floor(desk.clock() / 1000),
    ...(secret && { clientSecretHash: secret.hash, clientSecretExpiresAt: secret.expiresAt }),
    metadata,
  };
  const stored = await storeClient(client, desk.store);
  if (!stored.ok) return stored;

  return ok({
    client,
    response: clientInformationResponse(client, secret?.value, desk.rules.members),
    findings,
  });
}

async function storeClient(
  client: RegisteredClient,
  store: RegistrationStore,
): Promise<Result<void, Failure>> {
  try {
    const { outcome } = await store.createClient(client);
    if (outcome === "created") return ok(undefined);
    throw new Error(`the store answered ${outcome} for a random client_id`);
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}
