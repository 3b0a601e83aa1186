import type { Consent, ConsentGrant, GivenConsent } from "./consent-store.js";

/** What has more is asked for again, so that a client with ever new addresses or scopes does not grow a row without end. */
const MOST_DESTINATIONS = 10;
/** As many scopes are kept of one destination, and as many characters of them. */
export const MOST_SCOPES = 100;
export const MOST_SCOPE_CHARACTERS = 4000;

/**
 * Computes the consent after a user agreed. A store calls it inside its transaction. Each destination has its own scopes. At the
 * same destination, the new scopes are added to the old ones, and all count from the older time: if the client changes later, no
 * scope that the user allowed before the change may remain.
 *
 * @example
 * ```ts
 * import { consentAfter } from "@oauth-dcr/core/consent";
 *
 * const given = { userId: "u1", clientId: "c1", destination: "app.example", scopes: ["read"], at: 1_790_000_000 };
 * const consent = consentAfter(undefined, given);
 * ```
 */
export function consentAfter(current: Consent | undefined, given: GivenConsent): Consent {
  const { userId, clientId, destination, consentSince } = given;
  const kept = countedGrants(current, consentSince);
  const before = kept.find((grant) => grant.destination === destination);
  const others = kept.filter((grant) => grant !== before);
  return { userId, clientId, grants: [widened(before, given), ...others].slice(0, MOST_DESTINATIONS) };
}

/**
 * Those that still count for a client that has changed at `consentSince`. One of the same second does not: nobody knows
 * which of the two was first.
 */
export function countedGrants(
  consent: Consent | undefined,
  consentSince = -Infinity,
): readonly ConsentGrant[] {
  return consent?.grants.filter(({ at }) => at > consentSince) ?? [];
}

function widened(before: ConsentGrant | undefined, { destination, scopes, at }: GivenConsent): ConsentGrant {
  const asked = [...new Set(scopes)].sort();
  const all = [...new Set([...asked, ...(before?.scopes ?? [])])].sort();
  const isAllAsked = all.length === asked.length;
  const hasRoom = all.length <= MOST_SCOPES && all.join(" ").length <= MOST_SCOPE_CHARACTERS;
  return before && !isAllAsked && hasRoom
    ? { destination, scopes: all, at: Math.min(before.at, at) }
    : { destination, scopes: asked, at };
}
