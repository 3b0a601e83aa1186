import { tokenHash } from "../crypto/token-hash.js";
import type { Failure } from "../failure.js";
import { hasExpired } from "../store/standing.js";
import type { RegistrationRequest } from "../registration-endpoint/register-client.js";
import type { AdmissionConfig } from "../access/admit-registration.js";
import { nowSeconds } from "../lib/clock.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegistrationStore } from "../store/registration-store.js";
import type { ClientManagement } from "./client-management.js";
import type { RegisteredClient } from "../store/records.js";

/** A client that showed its registration access token. */
export interface AuthenticatedClient {
  readonly client: RegisteredClient;
  readonly registrationAccessToken: string;
}

/**
 * Finds the client of the token, and asks whether it is the one of the URL. The URL's client is never looked up: that
 * there is none, and that it is another, is one answer after the same steps, and nobody learns which identifiers exist.
 *
 * @see RFC 7592 section 2.1 https://www.rfc-editor.org/rfc/rfc7592#section-2.1
 * @see RFC 7592 Appendix B https://www.rfc-editor.org/rfc/rfc7592#appendix-B
 */
export function* authenticateManagement(
  clientId: string,
  { context, credentials }: Pick<RegistrationRequest, "context" | "credentials">,
  { access, store, clock, management }: AdmissionConfig & { readonly management: ClientManagement },
): Steps<Result<AuthenticatedClient, Failure>> {
  const within = access.limits && (yield* wait(access.limits.request(context)));
  if (within?.ok === false) return within;
  if (credentials.kind === "none") return err({ kind: "token_required" });
  if (credentials.kind === "in_query") return err({ kind: "token_in_query" });
  if (credentials.kind === "malformed") return err({ kind: "token_refused", reason: "malformed" });
  const { token } = credentials;
  try {
    const client = yield* wait(store.findClientByRegistrationAccessToken(tokenHash(token)));
    if (!client) return err({ kind: "token_refused", reason: "unknown" });
    if (hasExpired(client, nowSeconds(clock))) return err({ kind: "token_refused", reason: "expired" });
    if (client.clientId !== clientId) {
      if (management.revokeMisdirectedTokens) yield* revokeToken(client, store);
      return err({ kind: "token_refused", reason: "not_this_client" });
    }
    return ok({ client, registrationAccessToken: token });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}

/** Ends the registration access token of a client, unless an update that came first has ended it. */
function* revokeToken(client: RegisteredClient, store: RegistrationStore): Steps<void> {
  const { registrationAccessTokenHash: hash } = client;
  for (let current: RegisteredClient | undefined = client; hash !== undefined && current;) {
    const { registrationAccessTokenHash: _, ...others }: RegisteredClient = current;
    const next: RegisteredClient = { ...others, version: current.version + 1 };
    const { outcome } = yield* wait(store.replaceClient(next, current.version));
    if (outcome !== "conflict") return;
    current = yield* wait(store.findClientByRegistrationAccessToken(hash));
  }
}
