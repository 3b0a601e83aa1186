import type { JsonObject } from "../json.js";
import type { RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { checkAlgorithms } from "./algorithm-members.js";
import { settleApplicationType, type WrongApplicationType } from "./application-type.js";
import { checkBackchannelAuthentication } from "./backchannel-authentication.js";
import { checkMembers } from "./check-members.js";
import type { AssessedClientMetadata } from "./client-metadata.js";
import { checkConsistency } from "./consistency.js";
import { applyDefaults, type CompleteMetadata } from "./defaults.js";
import { applyEncryptionDefaults } from "./encryption-defaults.js";
import { Findings, type Finding } from "./finding.js";
import { checkLogoutUris } from "./logout.js";
import type { MetadataMember } from "./members.js";
import { settleCertificateSubject } from "./mutual-tls.js";
import { narrowToSupported, type NarrowRules } from "./narrow.js";
import { normaliseClientMetadata } from "./normalise.js";
import { checkRequestUris } from "./request-uris.js";
import { checkSectorIdentifier } from "./sector-identifier.js";
import { settleAuthenticationMethod, settleChoices } from "./settle-choices.js";

/** Everything by which client metadata is judged, whichever door it came in by. */
export interface ClientMetadataRules extends NarrowRules {
  readonly members: ReadonlyMap<string, MetadataMember>;
  readonly redirectUris: RedirectUriPolicy;
  readonly wrongApplicationType: WrongApplicationType;
}

export interface Assessment {
  /** What would be registered; missing when a finding is an error. */
  readonly metadata?: AssessedClientMetadata;
  readonly findings: readonly Finding[];
}

/** All the registered members and a good many languages; more is no client, and each costs time to judge. */
const MAX_MEMBERS = 300;

/**
 * Judges a body of client metadata. Pure: the same body and rules give the same assessment, and nothing that was given
 * is changed.
 *
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export function assessClientMetadata(submitted: JsonObject, rules: ClientMetadataRules): Assessment {
  const findings = new Findings();
  if (Object.keys(submitted).length > MAX_MEMBERS) {
    findings.error("(body)", "metadata.count");
    return { findings: findings.all };
  }
  const { supported } = rules;
  const present = normaliseClientMetadata(submitted, rules.members, findings);
  const sent = new Set(present.map(({ name }) => name));

  const { metadata: checked, offered, redirectUris } = checkMembers(present, rules.redirectUris, findings);
  const authenticated = settleAuthenticationMethod(checked, sent, offered, supported, findings);
  const asked = applyDefaults(authenticated, supported);
  checkConsistency(asked, sent, supported, findings);
  checkBackchannelAuthentication(asked, sent, supported, findings);
  checkRequestUris(asked, findings);
  checkLogoutUris(asked, sent, redirectUris, findings);

  const narrowed = narrowToSupported(asked, rules, findings);
  const typed = settleApplicationType(narrowed, redirectUris, rules.wrongApplicationType, findings);
  const named = settleCertificateSubject(typed, sent, findings);
  const chosen = settleChoices(named, sent, redirectUris, offered, supported, findings);
  checkAlgorithms(chosen, findings);
  const settled = applyEncryptionDefaults(chosen, sent, supported, findings);
  checkSectorIdentifier(settled, sent, redirectUris, findings);

  return findings.refused
    ? { findings: findings.all }
    : { findings: findings.all, metadata: withoutEmptyLists(settled) as AssessedClientMetadata };
}

/** A member without a value is not registered, so that an answer never carries `[]`. */
function withoutEmptyLists({
  response_types,
  ...rest
}: CompleteMetadata): CompleteMetadata | Omit<CompleteMetadata, "response_types"> {
  return response_types.length > 0 ? { ...rest, response_types } : rest;
}
