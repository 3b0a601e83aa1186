import type { ClientRegistration } from "../client-registration.js";
import type { Sweep } from "../lifecycle/sweep-clients.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import { untilAborted } from "../lib/until-aborted.js";

/** How long the sweep of one issuer may take before the next one's begins. */
const MAX_MILLISECONDS = 10_000;

/**
 * Makes the function that sweeps issuer by issuer, each up to an even share of the limit, so that one with very many expired
 * clients does not hold up the others. It begins where the last sweep ended. An issuer that cannot be swept is told of and
 * passed over. So is one whose store does not answer for 10 seconds, and it is not asked again before it has answered.
 */
export function issuerSweeper(
  entriesOf: () => readonly (readonly [string, ClientRegistration])[],
  onFailure: (error: unknown, issuer: string) => void,
  maxMilliseconds = MAX_MILLISECONDS,
): (options?: { readonly limit?: number }) => Promise<Sweep> {
  let last: string | undefined;
  /** Issuers whose last sweep has not ended. */
  const underWay = new Set<string>();

  async function sweepOne(issuer: string, registration: ClientRegistration, limit: number): Promise<Sweep> {
    underWay.add(issuer);
    const swept = registration.sweepClients({ limit }).finally(() => underWay.delete(issuer));
    return untilAborted(AbortSignal.timeout(maxMilliseconds), swept);
  }

  return async ({ limit = 1000 } = {}) => {
    requirePositiveInteger(limit, "ERR_OPTION", "limit");
    // By name: the order of use changes while clients register.
    const issuers = [...entriesOf()].sort(([one], [other]) => (one < other ? -1 : 1));
    const next = issuers.findIndex(([issuer]) => last === undefined || issuer > last);
    const turns = next < 0 ? issuers : [...issuers.slice(next), ...issuers.slice(0, next)];
    const share = Math.max(1, Math.floor(limit / turns.length));
    const swept = { deleted: 0, kept: 0, more: false };
    for (const [issuer, registration] of turns) {
      const left = limit - swept.deleted - swept.kept;
      if (left <= 0) return { ...swept, more: true };
      last = issuer;
      if (underWay.has(issuer)) continue;
      try {
        const { deleted, kept, more } = await sweepOne(issuer, registration, Math.min(share, left));
        swept.deleted += deleted;
        swept.kept += kept;
        swept.more ||= more;
      } catch (error) {
        onFailure(error, issuer);
      }
    }
    return swept;
  };
}
