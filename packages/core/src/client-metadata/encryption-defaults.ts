import { ENCRYPTION_MEMBERS } from "./algorithm-members.js";
import { CHOICES } from "./choices.js";
import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { SupportedMetadata } from "./supported-metadata.js";
import type { SentMembers } from "./normalise.js";

const DEFAULT_ENC = "A128CBC-HS256";

/**
 * Says the `enc` of each `alg` that came alone. Other defaults, such as RS256 for ID Tokens, are what both sides take
 * silence to mean, and are not said: a client that never heard of OpenID Connect would have to read in its answer about
 * tokens that it will never get.
 *
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function applyEncryptionDefaults(
  asked: DraftMetadata,
  sent: SentMembers,
  supported: SupportedMetadata,
  findings: Findings,
): void {
  for (const [alg, enc] of ENCRYPTION_MEMBERS) {
    if (asked[enc] !== undefined && asked[alg] === undefined && !sent.has(alg)) {
      findings.error(enc, "algorithm.enc_alone");
    }
    if (asked[alg] === undefined || asked[enc] !== undefined || sent.has(enc)) continue;
    const list = CHOICES.find(({ member }) => member === enc)?.list;
    const published = list && supported[list];
    if (published && !published.includes(DEFAULT_ENC)) findings.error(enc, "metadata.unsupported");
    asked[enc] = DEFAULT_ENC;
  }
}
