import type { JsonObject, JsonValue } from "../lib/json.js";
import type { RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { applyEncryptionDefaults, checkAlgorithms } from "./algorithms.js";
import { settleApplicationType, type WrongApplicationType } from "./application-type.js";
import { checkBackchannelAuthentication } from "./backchannel-authentication.js";
import { checkMembers } from "./check-members.js";
import type { AssessedClientMetadata, ClientMetadata } from "./client-metadata.js";
import { hasChoices, settleAuthenticationMethod, settleChoices } from "./choices.js";
import { checkConsistency } from "./consistency.js";
import { applyDefaults, type CompleteMetadata } from "./defaults.js";
import { Findings, type Finding } from "./finding.js";
import { checkLogoutUris } from "./logout.js";
import type { MetadataMember } from "./member-table.js";
import { settleMethodMembers, type MethodMetadataRules } from "./method-members.js";
import { settleCertificateSubject } from "./mutual-tls.js";
import { narrowToSupported, type NarrowRules } from "./narrow.js";
import { normaliseClientMetadata } from "./normalise.js";
import { checkRequestUris } from "./request-uris.js";
import { checkSectorIdentifier } from "./sector-identifier.js";

/** Everything by which client metadata is judged, whether it is registered, updated or read from a document. */
export interface ClientMetadataRules extends NarrowRules {
  readonly members: ReadonlyMap<string, MetadataMember>;
  readonly redirectUris: RedirectUriPolicy;
  readonly wrongApplicationType: WrongApplicationType;
  /** Whether `grant_types: []` means a client without grants. Missing: it means what is left out. */
  readonly clientsWithoutGrants?: boolean;
  /** Rules of the methods of client authentication that the operator added. */
  readonly authenticationMethods?: readonly MethodMetadataRules[];
}

/** What the metadata rules find in a body. */
export interface Assessment {
  /** What would be registered; missing when a finding is an error. */
  readonly metadata?: AssessedClientMetadata;
  /** Every error and warning, in the order in which the rules were applied. */
  readonly findings: readonly Finding[];
}

/** Enough for all registered members in many languages. Each member costs time to check. */
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
  const sent = normaliseClientMetadata(
    submitted,
    rules.members,
    findings,
    (name) => name === "grant_types" && rules.clientsWithoutGrants === true,
  );

  const { metadata, offered, redirectUris } = checkMembers(sent, rules.redirectUris, findings);
  const authenticated = settleAuthenticationMethod(metadata, sent, offered, supported, findings);
  const asked = applyDefaults(authenticated, supported);
  checkConsistency(asked, sent, supported, findings);
  checkBackchannelAuthentication(asked, sent, supported, findings);
  checkRequestUris(asked, findings);
  checkLogoutUris(asked, sent, redirectUris, findings);

  narrowToSupported(asked, rules, findings);
  settleApplicationType(asked, redirectUris, rules.wrongApplicationType, findings);
  settleCertificateSubject(asked, sent, findings);
  settleMethodMembers(asked, rules.authenticationMethods ?? [], findings);
  if (hasChoices(sent)) {
    settleChoices(asked, sent, redirectUris, offered, supported, findings);
    checkAlgorithms(asked, sent, findings);
    applyEncryptionDefaults(asked, sent, supported, findings);
  }
  checkSectorIdentifier(asked, sent, redirectUris, findings);

  return findings.refused
    ? { findings: findings.all }
    : { findings: findings.all, metadata: withoutEmptyMembers(asked) as AssessedClientMetadata };
}

/** A member without a value is not registered, so that an answer never carries `null` or `[]`. */
function withoutEmptyMembers(settled: CompleteMetadata): ClientMetadata {
  const metadata: Record<string, JsonValue> = {};
  for (const name in settled) {
    const value = settled[name];
    if (value === undefined || (name === "response_types" && settled.response_types.length === 0)) continue;
    metadata[name] = value;
  }
  return metadata;
}
