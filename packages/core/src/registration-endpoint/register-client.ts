import type { BearerCredentials } from "../access/bearer-credentials.js";
import type { AccessGrant } from "../access/registration-access.js";
import { issueClientSecret, needsClientSecret } from "../client-credentials/client-secret.js";
import type { Finding } from "../client-metadata/finding.js";
import { randomIdentifier } from "../crypto/random-token.js";
import type { Failure } from "../failure.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import type { JsonObject } from "../json.js";
import type { RegistrationDesk } from "../registration-desk.js";
import { issueRegistrationAccessToken } from "../registration-access-token/registration-access-token.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient, RegistrationStore } from "../store/registration-store.js";
import { acceptClientMetadata, type AcceptedRecord } from "./accept-client-metadata.js";
import { clientInformationResponse, type ClientInformationResponse } from "./client-information-response.js";

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
): Promise<Result<Registration, Failure>> {
  const { context, credentials } = request;
  const { store, randomBytes } = desk;
  const within = await desk.access.limit?.(context);
  if (within?.ok === false) return within;
  const admittedAt = Math.floor(desk.clock() / 1000);
  const admitted = await desk.access.admit({ context, credentials, store, nowSeconds: admittedAt });
  if (!admitted.ok) return admitted;
  const grant = admitted.value;
  const { requiresSoftwareStatement } = desk.access;
  const origin = { ...grant.origin, ...(requiresSoftwareStatement && { requiresSoftwareStatement }) };

  const submitted = await request.readMetadata();
  if (!submitted.ok) return submitted;

  const accepted = await acceptClientMetadata({ submitted: submitted.value, origin }, desk);
  if (!accepted.ok) return accepted;
  if (request.signal?.aborted) return err({ kind: "request_aborted" });
  const { record, ...remarks } = accepted.value;
  // Not when the head came: a body may be slow, and a token must not outlive its expiry by that.
  const nowSeconds = Math.floor(desk.clock() / 1000);

  const secret = needsClientSecret(record.metadata)
    ? issueClientSecret(desk.clientSecrets, randomBytes, nowSeconds)
    : undefined;
  const registrationAccessToken = desk.management ? issueRegistrationAccessToken(randomBytes) : undefined;
  const client: AcceptedRecord = {
    ...record,
    clientId: randomIdentifier(randomBytes),
    clientIdIssuedAt: nowSeconds,
    version: 1,
    ...secret?.record,
    ...(registrationAccessToken && { registrationAccessTokenHash: registrationAccessToken.hash }),
  };
  const stored = await storeClient(client, grant, nowSeconds, store);
  if (!stored.ok) return stored;

  const shown = { clientSecret: secret?.value, registrationAccessToken: registrationAccessToken?.value };
  return ok({ client, response: clientInformationResponse(client, shown, desk), ...remarks });
}

async function storeClient(
  client: AcceptedRecord,
  { spendInitialAccessToken: id, spendForeignToken }: AccessGrant,
  at: number,
  store: RegistrationStore,
): Promise<Result<void, Failure>> {
  const spent = await spendForeignToken?.(at);
  if (spent?.ok === false) return err(failureOfSpending(spent.error, client));
  try {
    const guards = id === undefined ? {} : { spendInitialAccessToken: { id, at } };
    const { outcome } = await store.createClient(client, guards);
    if (outcome === "created") return ok(undefined);
    if (outcome === "initial_access_token_spent") {
      return err({ kind: "token_refused", reason: "spent", ...(id !== undefined && { tokenId: id }) });
    }
    throw new Error(`the store answered ${outcome} for a random client_id`);
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}

function failureOfSpending(
  { reason, cause }: JsonWebTokenRefusal<"expired" | "replayed" | "replay_store_unavailable">,
  { origin: { initialAccessTokenId: tokenId } }: RegisteredClient,
): Failure {
  if (reason === "replay_store_unavailable") return { kind: "verifier_unavailable", cause };
  return { kind: "token_refused", reason, ...(tokenId !== undefined && { tokenId }) };
}
