import type { ClientMetadataRules } from "../client-metadata/assess-client-metadata.js";
import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { Findings, type Finding } from "../client-metadata/finding.js";
import { REDIRECT_MEMBERS } from "../client-metadata/members.js";
import { intersectScope } from "../scope/scope.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import type { InitialAccessTokenConstraints } from "../store/records.js";

/** The server's rules, narrowed to what a token allows: what it does not name is, for its client, not supported. */
export function constrainRules(
  rules: ClientMetadataRules,
  { scopes, grantTypes }: InitialAccessTokenConstraints,
): ClientMetadataRules {
  const { supported, defaultScopes } = rules;
  return {
    ...rules,
    supported: {
      ...supported,
      ...(scopes && { scopes_supported: intersectScope(supported.scopes_supported, scopes) }),
      ...(grantTypes && {
        grant_types_supported: supported.grant_types_supported.filter((type) => grantTypes.includes(type)),
      }),
    },
    defaultScopes: scopes ? intersectScope(defaultScopes, scopes) : defaultScopes,
  };
}

/** What of the metadata goes against the token that it was sent with. */
export function constraintFindings(
  metadata: ClientMetadata,
  { redirectHosts, softwareIds }: InitialAccessTokenConstraints,
): readonly Finding[] {
  const findings = new Findings();
  for (const member of redirectHosts ? REDIRECT_MEMBERS : []) {
    const uris = metadata[member];
    (Array.isArray(uris) ? (uris as readonly string[]) : []).forEach((uri, i) => {
      if (!hasHostOf(redirectHosts ?? [], uri)) {
        findings.error(member, "initial_access_token.redirect_host", `${member}[${i}]`);
      }
    });
  }
  if (softwareIds && !softwareIds.includes(metadata.software_id ?? "")) {
    findings.error("software_id", "initial_access_token.software_id");
  }
  return findings.all;
}

/** What a private-use scheme has in the place of a host names nobody. */
function hasHostOf(hosts: readonly string[], uri: string): boolean {
  const parsed = parseStrictUri(uri, uri.length);
  return parsed.ok && ["https", "http"].includes(parsed.value.scheme) && hosts.includes(parsed.value.host);
}
