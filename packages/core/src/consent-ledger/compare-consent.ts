import type { ConsentView, ConsentWarning } from "../consent/consent-view.js";
import type { RegisteredClient } from "../store/records.js";
import { countedGrants } from "./consent-after.js";
import type { Consent } from "./consent-store.js";

/**
 * What to warn of by what the user allowed before, beside the warnings of `ConsentView`.
 *
 * - `new_destination`: the user allowed this client before, and the answer goes elsewhere now.
 * - `scopes_widened`: the user allowed this client before, and it asks for more now: `newScopes` says what.
 */
export type LedgerWarning = ConsentWarning | "new_destination" | "scopes_widened";

/** What a consent page shows, compared with what the user allowed before. */
export interface LedgerView extends Omit<ConsentView, "warnings"> {
  /** What to warn of. */
  readonly warnings: readonly LedgerWarning[];
  /** Whether the user has to be asked. Where it is false, the user has allowed all of it before. */
  readonly mustAsk: boolean;
  /** The scopes among those asked for that the user has not allowed this client before. */
  readonly newScopes: readonly string[];
}

/**
 * Compares what a client asks for with what the user allowed it before.
 *
 * @see RFC 8252 section 8.6 https://www.rfc-editor.org/rfc/rfc8252#section-8.6
 * @see RFC 6749 section 10.2 https://www.rfc-editor.org/rfc/rfc6749#section-10.2
 */
export function compareConsent(
  client: RegisteredClient,
  view: ConsentView,
  scopes: readonly string[],
  consent: Consent | undefined,
): LedgerView {
  const counted = countedGrants(consent, client.requirements.consentSince);
  const here = counted.find(({ destination }) => destination === view.redirect.destination);
  const known = here ? here.scopes : counted.flatMap((grant) => grant.scopes);
  const newScopes = scopes.filter((scope) => !known.includes(scope));
  const isKnown = counted.length > 0;
  return {
    ...view,
    warnings: [
      ...view.warnings,
      ...(isKnown && !here ? (["new_destination"] as const) : []),
      ...(isKnown && newScopes.length > 0 ? (["scopes_widened"] as const) : []),
    ],
    mustAsk:
      !here ||
      newScopes.length > 0 ||
      client.requirements.consent === true ||
      !provesItsIdentity(client, view),
    newScopes,
  };
}

/**
 * Whether nobody but the client gets anything by an answer that no user has looked at. At a loopback address any program may
 * wait, and any application may claim a scheme: an impostor gets the code there, and makes nothing of it if the client has to
 * authenticate itself.
 */
function provesItsIdentity({ metadata }: RegisteredClient, { redirect, warnings }: ConsentView): boolean {
  if (redirect.kind === "https" && !warnings.includes("loopback")) return true;
  const { token_endpoint_auth_method: method = "none", response_types: responseTypes = ["code"] } = metadata;
  return method !== "none" && responseTypes.every((type) => type === "code");
}
