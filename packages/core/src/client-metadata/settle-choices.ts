import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import { algorithmRule } from "./algorithm-members.js";
import { needsClientKeys } from "./authentication-method.js";
import { chooseValue } from "./choose-value.js";
import { AUTHENTICATION_METHOD, CHOICES, type OfferedChoices } from "./choices.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { CompleteMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import { needsSectorIdentifier } from "./sector-identifier.js";
import type { SupportedMetadata } from "./supported-metadata.js";

/** Settles how the client authenticates, before anything is said by default: what it can do decides the rest. */
export function settleAuthenticationMethod(
  asked: ClientMetadata,
  sent: ReadonlySet<string>,
  offered: OfferedChoices,
  supported: SupportedMetadata,
  findings: Findings,
): ClientMetadata {
  const hasKeys = sent.has("jwks") || sent.has("jwks_uri");
  const wouldDo = (method: string) => hasKeys || !needsClientKeys(method);
  const method = chooseValue(AUTHENTICATION_METHOD, asked, offered, supported, wouldDo, findings);
  return method === undefined ? asked : { ...asked, token_endpoint_auth_method: method };
}

/** Settles the other members that client and server may both have lists for. */
export function settleChoices(
  asked: CompleteMetadata,
  sent: ReadonlySet<string>,
  redirectUris: readonly RedirectUri[],
  offered: OfferedChoices,
  supported: SupportedMetadata,
  findings: Findings,
): CompleteMetadata {
  const canBePairwise = sent.has("sector_identifier_uri") || !needsSectorIdentifier(redirectUris);
  let settled = asked;
  for (const choice of CHOICES) {
    const { member } = choice;
    // A value that was refused by its kind has been spoken of.
    if (sent.has(member) && settled[member] === undefined) continue;
    const current = settled;
    const wouldDo = (value: string) =>
      member === "subject_type"
        ? value === "public" || (value === "pairwise" && canBePairwise)
        : algorithmRule(member, value, current) === undefined;
    const value = chooseValue(choice, current, offered, supported, wouldDo, findings);
    if (value !== undefined) settled = { ...settled, [member]: value };
  }
  return settled;
}
