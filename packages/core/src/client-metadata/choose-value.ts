import type { Choice, OfferedChoices } from "./choices.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { Findings } from "./finding.js";
import type { SupportedMetadata } from "./supported-metadata.js";

/**
 * The value of a member once client and server have met: the client's own where the server has it, otherwise the first
 * of the client's list that the server has and that would do for this client. A client that lists nothing is never
 * given another value than its own, and a server that publishes no list is taken to have them all.
 *
 * @param wouldDo whether no other rule stands against a value
 * @see OpenID Connect RP Metadata Choices section 4 https://openid.net/specs/openid-connect-rp-metadata-choices-1_0.html
 */
export function chooseValue(
  { member, list, choosesForSilent }: Choice,
  asked: ClientMetadata,
  offered: OfferedChoices,
  supported: SupportedMetadata,
  wouldDo: (value: string) => boolean,
  findings: Findings,
): string | undefined {
  const named = asked[member];
  const own = typeof named === "string" ? named : undefined;
  const choices = offered.get(list) as readonly string[] | undefined;
  const published = supported[list];

  if (own !== undefined && choices && !choices.includes(own)) {
    findings.error(member, "metadata.not_among_choices");
    return own;
  }
  const has = (value: string) => !published || published.includes(value);
  if (own !== undefined && has(own)) return own;
  if (own === undefined && !(choices && choosesForSilent(asked, published !== undefined))) return undefined;

  const common = choices?.filter(has) ?? [];
  // Where none would do, the rule that the first one breaks says why.
  const chosen = common.find(wouldDo) ?? common[0];
  if (chosen === undefined) findings.error(member, "metadata.unsupported");
  else if (own !== undefined) findings.warning(member, "metadata.substituted");
  return chosen ?? own;
}
