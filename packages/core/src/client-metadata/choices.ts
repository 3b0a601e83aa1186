import type { JsonValue } from "../lib/json.js";
import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import { algorithmRule } from "./algorithms.js";
import { needsClientKeys } from "./authentication-method.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import { ALGORITHM_MEMBERS, CHOICES } from "./members.js";
import type { SentMembers } from "./normalise.js";
import { needsSectorIdentifier } from "./sector-identifier.js";
import type { SupportedMetadata } from "./supported-metadata.js";

/** The lists that a client sent, by name. They are input alone and are never registered. */
export type OfferedChoices = ReadonlyMap<string, JsonValue>;

type Choice = (typeof CHOICES)[number];

/** Settled before the others. */
const AUTHENTICATION_METHOD = CHOICES.filter(({ member }) => member === "token_endpoint_auth_method");
const OTHERS = CHOICES.filter((choice) => !AUTHENTICATION_METHOD.includes(choice));

const CHOICE_MEMBERS: ReadonlySet<string> = new Set([
  ...OTHERS.flatMap(({ member, list }) => [member, list]),
  ...ALGORITHM_MEMBERS.keys(),
]);

/** Whether a body has a member that a choice or an algorithm is about. */
export function hasChoices(sent: ReadonlyMap<string, unknown>): boolean {
  for (const name of sent.keys()) if (CHOICE_MEMBERS.has(name)) return true;
  return false;
}

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
  for (const choice of AUTHENTICATION_METHOD) {
    const method = chooseValue(choice, asked, offered, supported, wouldDo, findings);
    if (method !== undefined && method !== asked.token_endpoint_auth_method) {
      return { ...asked, token_endpoint_auth_method: method };
    }
  }
  return asked;
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
  for (const choice of OTHERS) {
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

/**
 * The value of a member once client and server have met: the client's own where the server has it, otherwise the first
 * of the client's list that the server has and that would do for this client. A client that lists nothing is never
 * given another value than its own, and a server that publishes no list is taken to have them all.
 *
 * @param wouldDo whether no other rule stands against a value
 * @see OpenID Connect RP Metadata Choices section 4 https://openid.net/specs/openid-connect-rp-metadata-choices-1_0.html
 */
function chooseValue(
  choice: Choice,
  asked: ClientMetadata,
  offered: OfferedChoices,
  supported: SupportedMetadata,
  wouldDo: (value: string) => boolean,
  findings: Findings,
): string | undefined {
  const { member, list } = choice;
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
  if (own === undefined && !(choices && choosesForSilent(choice, asked, published !== undefined)))
    return undefined;

  const common = choices?.filter(has) ?? [];
  // Where none would do, the rule that the first one breaks says why.
  const chosen = common.find(wouldDo) ?? common[0];
  if (chosen === undefined) findings.error(member, "metadata.unsupported");
  else if (own !== undefined) findings.warning(member, "metadata.substituted");
  return chosen ?? own;
}

/** Whether a value is chosen for a client that lists several and names none. */
function choosesForSilent({ choose, alg }: Choice, asked: ClientMetadata, isPublished: boolean): boolean {
  if (choose === "when_published") return isPublished;
  return choose === "with_its_alg" && alg !== undefined && asked[alg] !== undefined;
}
