import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import { BACKCHANNEL_GRANT_TYPE } from "./backchannel-authentication.js";
import type { CompleteMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { Rule } from "./rules.js";
import type { SentMembers } from "./normalise.js";

/**
 * Whether pairwise subjects of a client with these redirect URIs need a `sector_identifier_uri`: there is no one host to
 * calculate them from. A private-use scheme may have none at all.
 *
 * @see OpenID Connect Core section 8.1 https://openid.net/specs/openid-connect-core-1_0.html#PairwiseAlg
 */
export function needsSectorIdentifier(redirectUris: readonly RedirectUri[]): boolean {
  const hosts = new Set(redirectUris.map(({ uri }) => uri.host));
  return hosts.size > 1 || hosts.has("");
}

/**
 * What can be said of the sector identifier without fetching it. Backchannel authentication uses no redirect URI: there the
 * host is that of `jwks_uri`, and with push that of the notification endpoint, which such a client always has.
 *
 * @see OpenID CIBA section 4 https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#registration
 */
export function checkSectorIdentifier(
  asked: CompleteMetadata,
  sent: SentMembers,
  redirectUris: readonly RedirectUri[],
  findings: Findings,
): void {
  if (asked["subject_type"] !== "pairwise" || sent.has("sector_identifier_uri")) return;
  if (needsSectorIdentifier(redirectUris)) {
    findings.error("sector_identifier_uri", "sector_identifier_uri.required");
  }
  const isPolled =
    asked.grant_types.includes(BACKCHANNEL_GRANT_TYPE) && asked["backchannel_token_delivery_mode"] !== "push";
  if (isPolled && !sent.has("jwks_uri")) {
    findings.error("sector_identifier_uri", "sector_identifier_uri.backchannel");
  }
}

/**
 * Judges the document behind a `sector_identifier_uri`: `true`, or the rule that it breaks. It is a JSON array of
 * strings among which is every one of the client's redirect URIs, compared character by character. Never throws.
 *
 * @see OpenID Connect Dynamic Client Registration section 5 https://openid.net/specs/openid-connect-registration-1_0.html#SectorIdentifierValidation
 */
export function checkSectorIdentifierDocument(
  text: string,
  redirectUris: readonly string[],
): true | Extract<Rule, `sector_identifier_uri.${"document" | "redirect_uri_missing"}`> {
  const listed = parseList(text);
  if (!listed) return "sector_identifier_uri.document";
  return redirectUris.every((uri) => listed.has(uri)) || "sector_identifier_uri.redirect_uri_missing";
}

function parseList(text: string): ReadonlySet<string> | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const isList = Array.isArray(document) && document.every((entry) => typeof entry === "string");
    return isList ? new Set(document) : undefined;
  } catch {
    return undefined;
  }
}
