import { requireKnownOptions } from "../lib/known-options.js";
import type { Pseudonym } from "../crypto/pseudonym.js";
import { tokenHash } from "../crypto/token-hash.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import { addressKey, requireIpv6PrefixLength } from "../rate-limit/address-key.js";
import type { Quota } from "../store/registration-store.js";
import type { ProposalOrigin } from "../store/records.js";

/**
 * How many clients may be registered and not used yet. A client leaves these pools with its first use; a cap on all
 * clients would let whoever fills it keep everybody else out.
 */
export interface ClientQuotaOptions {
  /** Of clients that were registered without a token, for each address. All callers without an address are one. */
  readonly perAddress?: number;
  /** How many bits of an IPv6 address make one caller, 16 to 128. Default 64. */
  readonly ipv6PrefixLength?: number;
  /** Of clients that were registered with one initial access token. */
  readonly perInitialAccessToken?: number;
  /** Of all together: the server answers 503 at this capacity. */
  readonly total?: number;
}

/** Which pools a new client counts in. */
export type ClientQuotas = (origin: ProposalOrigin, clientAddress: string | undefined) => readonly Quota[];

/** The pool of all; the other keys have a prefix. */
export const TOTAL_QUOTA = "total";

const LONGEST_ID = 255;

/**
 * @param pseudonym what stands on the record for an address
 * @throws MisuseError for a quota that is no positive whole number
 */
export function resolveClientQuotas(options: ClientQuotaOptions, pseudonym: Pseudonym): ClientQuotas {
  requireKnownOptions("quotas", options, [
    "perAddress",
    "perInitialAccessToken",
    "total",
    "ipv6PrefixLength",
  ] satisfies (keyof ClientQuotaOptions)[]);
  const { perAddress, perInitialAccessToken, total, ipv6PrefixLength } = options;
  requireIpv6PrefixLength(ipv6PrefixLength, "quotas.ipv6PrefixLength");
  for (const [name, limit] of Object.entries({ perAddress, perInitialAccessToken, total })) {
    if (limit !== undefined) requirePositiveInteger(limit, "ERR_OPTION", `quotas.${name}`);
  }

  return ({ initialAccessTokenId }, clientAddress) => {
    const byToken = initialAccessTokenId !== undefined;
    const quotas = [
      byToken
        ? { key: `initial_access_token:${shortened(initialAccessTokenId)}`, limit: perInitialAccessToken }
        : { key: `address:${pseudonym(addressKey(clientAddress, ipv6PrefixLength))}`, limit: perAddress },
      { key: TOTAL_QUOTA, limit: total },
    ];
    return quotas.filter((quota): quota is Quota => quota.limit !== undefined);
  };
}

/** A JWT names itself at any length, and no index of PostgreSQL holds more than some 2,700 bytes. */
function shortened(id: string): string {
  return id.length > LONGEST_ID ? `sha256:${tokenHash(id)}` : id;
}
