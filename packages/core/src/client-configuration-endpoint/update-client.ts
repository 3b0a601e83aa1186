import {
  isClientSecretRunningOut,
  issueClientSecret,
  needsClientSecret,
  type ClientSecretRules,
  type IssuedClientSecret,
} from "../client-credentials/client-secret.js";
import type { Failure } from "../failure.js";
import { issueRegistrationAccessToken } from "../client-credentials/registration-access-token.js";
import {
  acceptClientMetadata,
  type AcceptanceConfig,
  type AcceptedRecord,
} from "../registration-endpoint/accept-client-metadata.js";
import type { AdmissionConfig } from "../access/admit-registration.js";
import type { ClientMetadataRules } from "../client-metadata/assess-client-metadata.js";
import type { RandomBytes } from "../crypto/random-token.js";
import { nowSeconds } from "../lib/clock.js";
import type { ClientManagement } from "./client-management.js";
import {
  clientInformationResponse,
  type ResponseConfig,
} from "../registration-endpoint/client-information-response.js";
import type { Registration, RegistrationRequest } from "../registration-endpoint/register-client.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { AuditEvents, RegistrationStore } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import type { AuthenticatedClient } from "./authenticate-management.js";
import { checkUpdateRequest } from "./check-update-request.js";

/** What a client's own changes to its record need of the server. */
export interface ManagementConfig extends AdmissionConfig, AcceptanceConfig, ResponseConfig {
  readonly rules: ClientMetadataRules;
  readonly management: ClientManagement;
  readonly clientSecrets: ClientSecretRules;
  readonly randomBytes: RandomBytes;
}

/**
 * Replaces a client's metadata by what the request says, judged by what admitted the client; what it leaves out is
 * gone. Nothing changes unless everything is right.
 *
 * @see RFC 7592 section 2.2 https://www.rfc-editor.org/rfc/rfc7592#section-2.2
 */
export function* updateClient(
  { client, registrationAccessToken }: AuthenticatedClient,
  request: RegistrationRequest,
  config: ManagementConfig,
): Steps<Result<Registration, Failure>> {
  const now = nowSeconds(config.clock);
  // One that awaits approval may mend what keeps an operator from approving it, and stays held.
  if (client.status === "disabled") return err({ kind: "not_permitted" });

  const submitted = yield* wait(request.readMetadata());
  if (!submitted.ok) return submitted;
  const checked = checkUpdateRequest(submitted.value, client, now);
  if (!checked.ok) return err({ kind: "refused_metadata", findings: checked.error });
  // Its template is found anew: what it rested on may be gone.
  const { policies: _, template: __, tier: ___, ...origin } = client.origin;
  const accepted = yield* acceptClientMetadata({ submitted: checked.value, origin, current: client }, config);
  if (!accepted.ok) return accepted;
  if (request.isAborted?.()) return err({ kind: "request_aborted" });
  const { record, ...remarks } = accepted.value;

  const secret = newSecret(client, needsClientSecret(record.metadata), config, now);
  const token = config.management.rotateRegistrationAccessToken
    ? issueRegistrationAccessToken(config.randomBytes)
    : { value: registrationAccessToken, hash: client.registrationAccessTokenHash ?? "" };
  const updated: AcceptedRecord = {
    ...record,
    clientId: client.clientId,
    clientIdIssuedAt: client.clientIdIssuedAt,
    version: client.version + 1,
    ...(needsClientSecret(record.metadata) && (secret?.record ?? secretRecordOf(client))),
    registrationAccessTokenHash: token.hash,
  };
  const auditEvents = request.eventsOf?.({ client: updated, replaced: client, ...remarks });
  const stored = yield* replaceClient(updated, client.version, auditEvents, config.store);
  if (!stored.ok) return stored;

  const shown = { clientSecret: secret?.value, registrationAccessToken: token.value };
  const { administration } = client;
  const response = clientInformationResponse(
    { ...updated, ...(administration && { administration }) },
    shown,
    config,
  );
  return ok({ client: updated, replaced: client, response, ...remarks });
}

/** A secret for a client that had none and will use one, and instead of one that runs out or is to be rotated. */
function newSecret(
  client: RegisteredClient,
  isNeeded: boolean,
  { clientSecrets, management, randomBytes }: ManagementConfig,
  now: number,
): IssuedClientSecret | undefined {
  const isDue =
    client.clientSecretHash === undefined ||
    management.rotateClientSecret ||
    isClientSecretRunningOut(client, clientSecrets, now);
  return isNeeded && isDue ? issueClientSecret(clientSecrets, randomBytes, now, client) : undefined;
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
  auditEvents: AuditEvents | undefined,
  store: RegistrationStore,
): Steps<Result<void, Failure>> {
  try {
    const { outcome } = yield* wait(store.replaceClient(client, expectedVersion, auditEvents));
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
