import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import { algorithmRule } from "./algorithm-members.js";
import { needsClientKeys } from "./authentication-method.js";
import { chooseValue } from "./choose-value.js";
import { AUTHENTICATION_METHOD, CHOICES, type OfferedChoices } from "./choices.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import { needsSectorIdentifier } from "./sector-identifier.js";
import type { SupportedMetadata } from "./supported-metadata.js";
import type { SentMembers } from "./normalise.js";

/** Settles how the client authenticates, before anything is said by default: what it can do decides the rest. */
export function settleAuthenticationMethod(
  asked: ClientMetadata,
  sent: SentMembers,
  offered: OfferedChoices,
  supported: SupportedMetadata,
  findings: Findings,
): ClientMetadata {
  const hasKeys = sent.has("jwks") || sent.has("jwks_uri");
  const wouldDo = (method: string) => hasKeys || !needsClientKeys(method);
  const method = chooseValue(AUTHENTICATION_METHOD, asked, offered, supported, wouldDo, findings);
  return method === undefined || method === asked.token_endpoint_auth_method
    ? asked
    : { ...asked, token_endpoint_auth_method: method };
}

/** Settles the other members that client and server may both have lists for. */
export function settleChoices(
  asked: DraftMetadata,
  sent: SentMembers,
  redirectUris: readonly RedirectUri[],
  offered: OfferedChoices,
  supported: SupportedMetadata,
  findings: Findings,
): void {
  const canBePairwise = sent.has("sector_identifier_uri") || !needsSectorIdentifier(redirectUris);
  for (const choice of CHOICES) {
    const { member } = choice;
    // A value that was refused by its kind has its finding already.
    if (sent.has(member) && asked[member] === undefined) continue;
    const wouldDo = (value: string) =>
      member === "subject_type"
        ? value === "public" || (value === "pairwise" && canBePairwise)
        : algorithmRule(member, value, asked) === undefined;
    const value = chooseValue(choice, asked, offered, supported, wouldDo, findings);
    if (value !== undefined) asked[member] = value;
  }
}
