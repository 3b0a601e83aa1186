import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import type { ClientMetadata } from "./client-metadata.js";
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

/** What can be said of the sector identifier without fetching it. */
export function checkSectorIdentifier(
  asked: ClientMetadata,
  sent: SentMembers,
  redirectUris: readonly RedirectUri[],
  findings: Findings,
): void {
  const isPairwise = asked["subject_type"] === "pairwise";
  if (isPairwise && !sent.has("sector_identifier_uri") && needsSectorIdentifier(redirectUris)) {
    findings.error("sector_identifier_uri", "sector_identifier_uri.required");
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
