import {
  isClientSecretRunningOut,
  issueClientSecret,
  needsClientSecret,
  type IssuedClientSecret,
} from "../client-credentials/client-secret.js";
import type { Failure } from "../failure.js";
import { isEnabled } from "../store/client-standing.js";
import { issueRegistrationAccessToken } from "../registration-access-token/registration-access-token.js";
import {
  acceptClientMetadata,
  type AcceptedRecord,
} from "../registration-endpoint/accept-client-metadata.js";
import { clientInformationResponse } from "../registration-endpoint/client-information-response.js";
import type { Registration, RegistrationRequest } from "../registration-endpoint/register-client.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient, RegistrationStore } from "../store/registration-store.js";
import type { ManagementDesk } from "../registration-desk.js";
import type { AuthenticatedClient } from "./authenticate-management.js";
import { checkUpdateRequest } from "./check-update-request.js";

/**
 * Replaces a client's metadata by what the request says, judged by what admitted the client; what it leaves out is
 * gone. Nothing changes unless everything is right.
 *
 * @see RFC 7592 section 2.2 https://www.rfc-editor.org/rfc/rfc7592#section-2.2
 */
export function* updateClient(
  { client, registrationAccessToken }: AuthenticatedClient,
  request: RegistrationRequest,
  desk: ManagementDesk,
): Steps<Result<Registration, Failure>> {
  const nowSeconds = Math.floor(desk.clock() / 1000);
  // What an operator is asked to approve must not change under their eyes.
  if (!isEnabled(client)) return err({ kind: "not_permitted" });

  const submitted = yield* wait(request.readMetadata());
  if (!submitted.ok) return submitted;
  const checked = checkUpdateRequest(submitted.value, client, nowSeconds);
  if (!checked.ok) return err({ kind: "refused_metadata", findings: checked.error });
  const { policies: _, ...origin } = client.origin;
  const accepted = yield* acceptClientMetadata({ submitted: checked.value, origin, current: client }, desk);
  if (!accepted.ok) return accepted;
  if (request.isAborted?.()) return err({ kind: "request_aborted" });
  const { record, ...remarks } = accepted.value;

  const secret = newSecret(client, needsClientSecret(record.metadata), desk, nowSeconds);
  const token = desk.management.rotateRegistrationAccessToken
    ? issueRegistrationAccessToken(desk.randomBytes)
    : { value: registrationAccessToken, hash: client.registrationAccessTokenHash ?? "" };
  const updated: AcceptedRecord = {
    ...record,
    clientId: client.clientId,
    clientIdIssuedAt: client.clientIdIssuedAt,
    version: client.version + 1,
    ...(needsClientSecret(record.metadata) && (secret?.record ?? secretRecordOf(client))),
    registrationAccessTokenHash: token.hash,
  };
  const stored = yield* replaceClient(updated, client.version, desk.store);
  if (!stored.ok) return stored;

  const shown = { clientSecret: secret?.value, registrationAccessToken: token.value };
  const response = clientInformationResponse(updated, shown, desk);
  return ok({ client: updated, replaced: client, response, ...remarks });
}

/** A secret for a client that had none and will use one, and instead of one that runs out or is to be rotated. */
function newSecret(
  client: RegisteredClient,
  isNeeded: boolean,
  { clientSecrets, management, randomBytes }: ManagementDesk,
  nowSeconds: number,
): IssuedClientSecret | undefined {
  const isDue =
    client.clientSecretHash === undefined ||
    management.rotateClientSecret ||
    isClientSecretRunningOut(client, clientSecrets, nowSeconds);
  return isNeeded && isDue ? issueClientSecret(clientSecrets, randomBytes, nowSeconds, client) : undefined;
}

function secretRecordOf({
  clientSecretHash,
  clientSecretExpiresAt,
  previousClientSecret,
}: RegisteredClient): IssuedClientSecret["record"] {
  return {
    ...(clientSecretHash !== undefined && { clientSecretHash }),
    ...(clientSecretExpiresAt !== undefined && { clientSecretExpiresAt }),
    ...(previousClientSecret && { previousClientSecret }),
  };
}

function* replaceClient(
  client: AcceptedRecord,
  expectedVersion: number,
  store: RegistrationStore,
): Steps<Result<void, Failure>> {
  try {
    const { outcome } = yield* wait(store.replaceClient(client, expectedVersion));
    switch (outcome) {
      case "replaced":
        return ok(undefined);
      case "conflict":
        return err({ kind: "conflict" });
      case "not_found":
        return err({ kind: "token_refused", reason: "unknown" });
    }
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}
