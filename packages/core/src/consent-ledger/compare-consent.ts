import type { ConsentView, ConsentWarning } from "../consent/consent-view.js";
import type { RegisteredClient } from "../store/records.js";
import { countedGrants } from "./consent-after.js";
import type { Consent } from "./consent-store.js";

/**
 * Warnings of the ledger, in addition to those of `ConsentView`. Both compare with what the user allowed this client before.
 *
 * - `new_destination`: the response now goes to another destination.
 * - `scopes_widened`: the client now asks for more scopes. `newScopes` has them.
 */
export type LedgerWarning = ConsentWarning | "new_destination" | "scopes_widened";

/** What a consent page shows, compared with what the user allowed before. */
export interface LedgerView extends Omit<ConsentView, "warnings"> {
  /** The warnings to show. */
  readonly warnings: readonly LedgerWarning[];
  /** Whether you must ask the user. If `false`, the user has allowed all of it before. */
  readonly mustAsk: boolean;
  /** The requested scopes that the user has not allowed this client before. */
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
 * Whether only the client can use a response that the user was not asked about. Any program can listen at a loopback address, and
 * any application can claim a scheme. There an impostor gets the code, but cannot redeem it if the client must authenticate.
 */
function provesItsIdentity({ metadata }: RegisteredClient, { redirect, warnings }: ConsentView): boolean {
  if (redirect.kind === "https" && !warnings.includes("loopback")) return true;
  const { token_endpoint_auth_method: method = "none", response_types: responseTypes = ["code"] } = metadata;
  return method !== "none" && responseTypes.every((type) => type === "code");
}
