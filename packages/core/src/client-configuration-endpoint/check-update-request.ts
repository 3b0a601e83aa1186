import { clientSecretStanding } from "../client-credentials/client-secret.js";
import { Findings, type Finding } from "../client-metadata/finding.js";
import { isOmitted } from "../client-metadata/plain-value.js";
import type { JsonObject } from "../lib/json.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";

/** What the server says of a client, and the client never of itself. */
const FORBIDDEN_MEMBERS = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret_expires_at",
  "client_id_issued_at",
];

/**
 * The client metadata of an update request, once what else stands in it is right: it names its client, perhaps repeats
 * the secret, and has none of the four members that only an answer has.
 *
 * @see RFC 7592 section 2.2 https://www.rfc-editor.org/rfc/rfc7592#section-2.2
 */
export function checkUpdateRequest(
  submitted: JsonObject,
  client: RegisteredClient,
  nowSeconds: number,
): Result<JsonObject, readonly Finding[]> {
  const findings = new Findings();
  for (const name of FORBIDDEN_MEMBERS) {
    if (!isOmitted(submitted[name])) findings.error(name, "client_update.forbidden_member");
  }
  const { client_id, client_secret, ...metadata } = submitted;
  if (client_id !== client.clientId) findings.error("client_id", "client_update.client_id");
  const repeatsSecret =
    typeof client_secret === "string" && clientSecretStanding(client_secret, client, nowSeconds) !== "wrong";
  if (!isOmitted(client_secret) && !repeatsSecret) {
    findings.error("client_secret", "client_update.client_secret");
  }
  return findings.refused ? err(findings.all) : ok(metadata);
}
