import type { BearerCredentials } from "../access/bearer-credentials.js";
import type { Failure } from "../failure.js";
import { isRegistrationAccessToken } from "../registration-access-token/registration-access-token.js";
import { err, ok, type Result } from "../result.js";
import type { RegisteredClient, RegistrationStore } from "../store/registration-store.js";

/** A client that showed its registration access token. */
export interface AuthenticatedClient {
  readonly client: RegisteredClient;
  readonly registrationAccessToken: string;
}

/**
 * Finds the client of the URL and asks whether the token is its own. That there is no such client, and that the token is
 * another's, is one answer after the same steps: nobody learns which identifiers exist.
 *
 * @see RFC 7592 section 2.1 https://www.rfc-editor.org/rfc/rfc7592#section-2.1
 * @see RFC 7592 Appendix B https://www.rfc-editor.org/rfc/rfc7592#appendix-B
 */
export async function authenticateManagement(
  clientId: string,
  credentials: BearerCredentials,
  store: RegistrationStore,
): Promise<Result<AuthenticatedClient, Failure>> {
  if (credentials.kind === "none") return err({ kind: "token_required" });
  if (credentials.kind === "in_query") return err({ kind: "token_in_query" });
  if (credentials.kind === "malformed") return err({ kind: "token_refused", reason: "malformed" });
  try {
    const client = await store.findClient(clientId);
    const isItsOwn = isRegistrationAccessToken(credentials.token, client);
    if (!client) return err({ kind: "token_refused", reason: "unknown_client" });
    if (!isItsOwn) return err({ kind: "token_refused", reason: "not_this_client" });
    return ok({ client, registrationAccessToken: credentials.token });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}
