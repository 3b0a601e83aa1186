const TRUST_DOMAIN = "[a-z0-9._-]{1,255}";
// No segment is empty, `.` or `..`, and nothing is percent-encoded: one workload has one spelling.
const SEGMENT = "(?!\\.{1,2}(?:/|$))[A-Za-z0-9._-]+";
const PATH = new RegExp(`^spiffe://(${TRUST_DOMAIN})((?:/${SEGMENT})*)$`);
const NAME = new RegExp(`^${TRUST_DOMAIN}$`);
const MAX_LENGTH = 2048;

/**
 * The trust domain of a workload's SPIFFE ID; `undefined` for every other text. An identifier without a path names the trust
 * domain itself, which is no workload.
 *
 * @see SPIFFE-ID section 2 https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md#2-spiffe-identity
 */
export function trustDomainOf(spiffeId: string): string | undefined {
  const [, trustDomain, path] = parts(spiffeId) ?? [];
  return path ? trustDomain : undefined;
}

/** The trust domain of a registered `spiffe_id`: a SPIFFE ID, or the beginning of one with `/*` behind it. */
export function trustDomainOfPattern(pattern: string): string | undefined {
  return pattern.endsWith("/*") ? parts(pattern.slice(0, -2))?.[1] : trustDomainOf(pattern);
}

/**
 * Whether a workload is the client that registered `pattern`. Both must have been parsed before.
 *
 * @see OAuth SPIFFE Client Authentication (draft 02) section 5.1 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-spiffe-client-auth-02#section-5.1
 */
export function matchesSpiffeId(pattern: string, spiffeId: string): boolean {
  return pattern.endsWith("/*") ? spiffeId.startsWith(pattern.slice(0, -1)) : spiffeId === pattern;
}

export function isTrustDomainName(name: unknown): name is string {
  return typeof name === "string" && NAME.test(name);
}

function parts(text: string): RegExpExecArray | undefined {
  return text.length <= MAX_LENGTH ? (PATH.exec(text) ?? undefined) : undefined;
}
