import type { Failure } from "../failure.js";
import type { RegistrationRequest, Served } from "../registration-endpoint/register-client.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { ManagementConfig } from "./update-client.js";
import type { AuthenticatedClient } from "./authenticate-management.js";

/**
 * Revokes a client's tokens and deletes its record, and with it the identifier, the secret and the registration access
 * token. A deletion that fails half-way is repeated whole.
 *
 * @see RFC 7592 section 2.3 https://www.rfc-editor.org/rfc/rfc7592#section-2.3
 */
export function* deleteClient(
  { client }: AuthenticatedClient,
  _: RegistrationRequest,
  { management, store }: Pick<ManagementConfig, "management" | "store">,
): Steps<Result<Served, Failure>> {
  try {
    yield* wait(management.revokeTokens(client));
  } catch (cause) {
    return err({ kind: "revocation_failed", cause });
  }
  try {
    const { outcome } = yield* wait(store.deleteClient(client.clientId));
    return outcome === "deleted"
      ? ok({ client, findings: [] })
      : err({ kind: "token_refused", reason: "unknown" });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}
