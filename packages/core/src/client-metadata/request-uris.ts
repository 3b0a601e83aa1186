import type { ClientMetadata } from "./client-metadata.js";
import type { Findings } from "./finding.js";

/** 32 bytes in base64url: 43 characters, of which the last carries four bits. */
const SHA256 = /^#[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/**
 * What the kind of the member leaves open. That each is HTTPS is its kind: the specification lets go of it for request
 * objects that are signed, but a server may refuse any value, and an address that we fetch in the clear tells everybody
 * on the way what is asked for.
 *
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function checkRequestUris(asked: ClientMetadata, findings: Findings): void {
  const uris = asked["request_uris"];
  if (!Array.isArray(uris)) return;
  (uris as readonly string[]).forEach((uri, i, all) => {
    const place = `request_uris[${i}]`;
    const hash = uri.indexOf("#");
    if (hash >= 0 && !SHA256.test(uri.slice(hash))) {
      findings.error("request_uris", "request_uris.fragment", place);
    }
    if (all.indexOf(uri) < i) findings.error("request_uris", "metadata.twice", place);
  });
}
