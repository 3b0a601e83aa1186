import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { Findings } from "./finding.js";
import type { SentMembers } from "./normalise.js";

/**
 * Where a client is told that its user has logged out. Both addresses are HTTPS by their kind: they are sent who that
 * user was. `post_logout_redirect_uris` are redirect URIs by theirs.
 *
 * @see OpenID Connect Front-Channel Logout section 2 https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout
 * @see OpenID Connect Back-Channel Logout section 2.2 https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRegistration
 */
export function checkLogoutUris(
  asked: ClientMetadata,
  sent: SentMembers,
  redirectUris: readonly RedirectUri[],
  findings: Findings,
): void {
  for (const member of ["frontchannel_logout_uri", "backchannel_logout_uri"]) {
    const uri = asked[member];
    if (typeof uri === "string" && uri.includes("#")) findings.error(member, "logout_uri.fragment");
  }

  const front = asked["frontchannel_logout_uri"];
  // Redirect URIs of which one was refused have been spoken of.
  if (typeof front !== "string" || (sent.has("redirect_uris") && redirectUris.length === 0)) return;
  const origins = redirectUris
    .filter(({ kind }) => kind !== "private_use")
    .map(({ uri }) => originOf(uri.raw));
  if (!origins.includes(originOf(front))) {
    findings.error("frontchannel_logout_uri", "frontchannel_logout_uri.origin");
  }
}

/** Scheme, host and port of a checked web address; the port is left out where it is the scheme's own. */
function originOf(uri: string): string {
  return new URL(uri).origin;
}
