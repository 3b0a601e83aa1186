import type { Failure } from "../failure.js";
import type { RegistrationRequest, Served } from "../registration-endpoint/register-client.js";
import { err, ok, type Result } from "../result.js";
import type { ManagementDesk } from "../registration-desk.js";
import { authenticateManagement } from "./authenticate-management.js";

/**
 * Revokes a client's tokens and deletes its record, and with it the identifier, the secret and the registration access
 * token. A deletion that fails half-way is repeated whole.
 *
 * @see RFC 7592 section 2.3 https://www.rfc-editor.org/rfc/rfc7592#section-2.3
 */
export async function deleteClient(
  clientId: string,
  request: RegistrationRequest,
  desk: ManagementDesk,
): Promise<Result<Served, Failure>> {
  const authenticated = await authenticateManagement(clientId, request, desk);
  if (!authenticated.ok) return authenticated;
  const { client } = authenticated.value;
  try {
    await desk.management.revokeTokens(client);
  } catch (cause) {
    return err({ kind: "revocation_failed", cause });
  }
  try {
    const { outcome } = await desk.store.deleteClient(clientId);
    return outcome === "deleted"
      ? ok({ client, findings: [] })
      : err({ kind: "token_refused", reason: "unknown" });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}
