import { intersectScope } from "../scope/scope.js";
import { grantTypesNeededBy } from "./consistency.js";
import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { Rule } from "./rules.js";
import { supportsResponseType, type SupportedMetadata } from "./supported-metadata.js";

/** What becomes of a grant type, response type or scope that the server does not have: dropped, or refused. */
export type UnsupportedMetadata = "narrow" | "refuse";

export interface NarrowRules {
  readonly supported: SupportedMetadata;
  readonly unsupportedMetadata: UnsupportedMetadata;
  /** The scope of a client that asks for none. */
  readonly defaultScopes: readonly string[];
  /** What a client gets beyond the scopes that it asks for. Missing: nothing. */
  readonly baselineScopes?: readonly string[];
}

/**
 * Brings down what was asked to what the server has. Something usable must remain: a grant that can be started, and a
 * response type for it. How a client authenticates is never narrowed: it was settled with the client's own choices.
 *
 * @see RFC 7591 section 3.2.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1
 */
export function narrowToSupported(asked: DraftMetadata, rules: NarrowRules, findings: Findings): void {
  const { supported } = rules;
  // As they were asked for: what became of one list is judged by the other.
  const askedGrants = asked.grant_types;
  const neededBy = new Map(asked.response_types.map((type) => [type, grantTypesNeededBy(type)]));
  const needs = (type: string): readonly string[] => neededBy.get(type) ?? [];
  const drop = (member: string, place: string, rule: Rule = "metadata.unsupported") => {
    if (rules.unsupportedMetadata === "refuse") findings.error(member, rule, place);
    else findings.warning(member, rule, place);
  };

  const supportedGrants = askedGrants.filter((grant, i, all) => {
    if (all.indexOf(grant) < i) return false;
    const kept = supported.grant_types_supported.includes(grant);
    if (!kept) drop("grant_types", `grant_types[${i}]`);
    return kept;
  });

  // From here on: values that went with one that was dropped. What never went with another was said by the consistency
  // check and is left alone.
  const response_types = asked.response_types.filter((type, i, all) => {
    if (all.indexOf(type) < i) return false;
    const lost = needs(type).some((grant) => askedGrants.includes(grant) && !supportedGrants.includes(grant));
    const kept = supportsResponseType(supported, type) && !lost;
    if (!kept) drop("response_types", `response_types[${i}]`);
    return kept;
  });
  const grant_types = supportedGrants.filter((grant) => {
    const leadsTo = (type: string) => needs(type).includes(grant);
    const lost = asked.response_types.some(leadsTo) && !response_types.some(leadsTo);
    if (lost) drop("grant_types", `grant_types[${askedGrants.indexOf(grant)}]`);
    return !lost;
  });
  if (askedGrants.length > 0 && !grant_types.some((grant) => grant !== "refresh_token")) {
    findings.error("grant_types", "metadata.nothing_left");
  }

  const requested = asked.scope?.split(" ");
  // A client without grants gets no token, and so no scope by default.
  const defaultScopes = askedGrants.length > 0 ? rules.defaultScopes : [];
  let granted = requested ? intersectScope(requested, supported.scopes_supported) : defaultScopes;
  if (requested && granted.length < requested.length) drop("scope", "scope", "scope.unsupported");
  if (requested && askedGrants.length > 0) {
    const baseline = intersectScope(rules.baselineScopes ?? [], supported.scopes_supported);
    const added = baseline.filter((scope) => !granted.includes(scope));
    if (added.length > 0) findings.warning("scope", "scope.baseline");
    granted = [...granted, ...added];
  }

  asked.grant_types = grant_types;
  asked.response_types = response_types;
  if (granted.length > 0) asked.scope = granted.join(" ");
  else delete asked.scope;

  // Those are powers like scopes: a server that names none gives none.
  narrowList("authorization_details_types", supported.authorization_details_types_supported ?? []);
  narrowList("default_acr_values", supported.acr_values_supported);

  function narrowList(member: string, offered: readonly string[] | undefined): void {
    const values = asked[member];
    if (!Array.isArray(values) || !offered) return;
    const kept = values.filter((value, i) => {
      const isOffered = offered.includes(String(value));
      if (!isOffered) drop(member, `${member}[${i}]`);
      return isOffered;
    });
    asked[member] = kept.length > 0 ? kept : undefined;
  }
}
