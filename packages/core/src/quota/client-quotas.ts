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

/** How many clients may be registered and not used yet, without how callers are told apart. */
export type QuotaLimits = Readonly<
  Partial<Record<Exclude<keyof ClientQuotaOptions, "ipv6PrefixLength">, number | undefined>>
>;

/** The pool that a client counts in instead of the general one of this name and key, if it has one of its own. */
export type OwnPool = (origin: ProposalOrigin, name: keyof QuotaLimits, key: string) => Quota | undefined;

/** Which pools a new client counts in. */
export type ClientQuotas = (origin: ProposalOrigin, clientAddress: string | undefined) => readonly Quota[];

const TOTAL_QUOTA = "total";

/** Whether the key is that of a pool of all clients, or of all of a share. */
export function isTotalQuota(key: string): boolean {
  return key === TOTAL_QUOTA || key.startsWith(`${TOTAL_QUOTA}/`);
}

const LONGEST_ID = 255;

/**
 * @param pseudonym what stands on the record for an address
 * @throws MisuseError for a quota that is no positive whole number
 */
export function resolveClientQuotas(
  options: ClientQuotaOptions,
  pseudonym: Pseudonym,
  ownPool?: OwnPool,
): ClientQuotas {
  requireKnownOptions("quotas", options, [
    "perAddress",
    "perInitialAccessToken",
    "total",
    "ipv6PrefixLength",
  ] satisfies (keyof ClientQuotaOptions)[]);
  const { perAddress, perInitialAccessToken, total, ipv6PrefixLength } = options;
  requireIpv6PrefixLength(ipv6PrefixLength, "quotas.ipv6PrefixLength");
  const limits: QuotaLimits = { perAddress, perInitialAccessToken, total };
  for (const [name, limit] of Object.entries(limits) as [string, unknown][]) {
    if (limit !== undefined) requirePositiveInteger(limit, "ERR_OPTION", `quotas.${name}`);
  }

  return (origin, clientAddress) => {
    const { initialAccessTokenId } = origin;
    const pools: readonly (readonly [name: keyof QuotaLimits, key: string])[] = [
      initialAccessTokenId === undefined
        ? ["perAddress", `address:${pseudonym(addressKey(clientAddress, ipv6PrefixLength))}`]
        : ["perInitialAccessToken", `initial_access_token:${shortened(initialAccessTokenId)}`],
      ["total", TOTAL_QUOTA],
    ];
    return pools
      .map(([name, key]) => ownPool?.(origin, name, key) ?? { key, limit: limits[name] })
      .filter((quota): quota is Quota => quota.limit !== undefined);
  };
}

/** A JWT names itself at any length, and no index of PostgreSQL holds more than some 2,700 bytes. */
function shortened(id: string): string {
  return id.length > LONGEST_ID ? `sha256:${tokenHash(id)}` : id;
}
