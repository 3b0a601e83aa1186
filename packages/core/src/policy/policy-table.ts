import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { requirePolicyName, type RegistrationPolicy } from "./registration-policy.js";
import type { RegistrationSource } from "../store/records.js";

const LISTS = [
  "every",
  "open",
  "initialAccessToken",
  "softwareStatement",
  "metadataDocument",
  "federation",
  "operator",
  "named",
] as const;

/** Which policies judge whom. Within a list they judge in its order. One policy may stand in several lists. */
export interface PolicyLists {
  /** Judges all proposals, before the list of their source. */
  readonly every?: readonly RegistrationPolicy[];
  /** Judges those who registered without a permission, also with a software statement that names no redirect URIs. */
  readonly open?: readonly RegistrationPolicy[];
  /** Judges those who came with a token, and with a software statement too. */
  readonly initialAccessToken?: readonly RegistrationPolicy[];
  /** Judges those who came with nothing but a software statement that names their redirect URIs. */
  readonly softwareStatement?: readonly RegistrationPolicy[];
  /** Judges those who are known by the document behind their client_id. */
  readonly metadataDocument?: readonly RegistrationPolicy[];
  /** Judges those whom a trust chain of a federation admits. */
  readonly federation?: readonly RegistrationPolicy[];
  /** Judges those whom the operator adds. */
  readonly operator?: readonly RegistrationPolicy[];
  /** Judges only whom an initial access token binds to it by name. */
  readonly named?: readonly RegistrationPolicy[];
}

export interface PolicyTable {
  /**
   * The policies that judge a new client: those for every client, those for its source, then the ones that its initial
   * access token names. Each once, at its first place.
   */
  forRegistration(
    source: RegistrationSource,
    extraNames: readonly string[],
  ): Result<readonly RegistrationPolicy[], UnknownPolicy>;
  /**
   * The policies of those names, which stand on the record of a client that is updated. A name that is gone from the
   * table is an error: nobody can tell any more what the client was held to.
   */
  forNames(names: readonly string[]): Result<readonly RegistrationPolicy[], UnknownPolicy>;
}

interface UnknownPolicy {
  readonly unknownName: string;
}

/**
 * Puts policies in their order, for each way in.
 *
 * @throws MisuseError for a list that is none, a policy that is none, and two policies of one name
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function policyTable(options: PolicyLists = {}): PolicyTable {
  requireKnownOptions("policies", options, LISTS);
  const lists = new Map(LISTS.map((list) => [list, checkList(list, options[list])]));
  const listOf = (name: (typeof LISTS)[number]): readonly RegistrationPolicy[] => lists.get(name) ?? [];

  const byName = new Map<string, RegistrationPolicy>();
  for (const policy of LISTS.flatMap(listOf)) {
    requireThat(
      (byName.get(policy.name) ?? policy) === policy,
      "ERR_POLICY_NAME",
      `policies: two policies are named "${policy.name}"; name one of them otherwise, or put one policy in both lists`,
    );
    byName.set(policy.name, policy);
  }

  function forNames(names: readonly string[]): Result<readonly RegistrationPolicy[], UnknownPolicy> {
    const policies = new Set<RegistrationPolicy>();
    for (const name of names) {
      const policy = byName.get(name);
      if (!policy) return err({ unknownName: name });
      policies.add(policy);
    }
    return ok([...policies]);
  }

  return Object.freeze<PolicyTable>({
    forNames,
    forRegistration: (source, extraNames) =>
      forNames([...[...listOf("every"), ...listOf(CALLERS[source])].map(({ name }) => name), ...extraNames]),
  });
}

function checkList(name: string, given: unknown): readonly RegistrationPolicy[] {
  if (given === undefined) return [];
  requireThat(Array.isArray(given), "ERR_OPTION", `policies: ${name} must be a list of policies`);
  return given.map((policy: Partial<RegistrationPolicy> | null | undefined) => {
    requireThat(
      typeof policy?.judge === "function",
      "ERR_POLICY",
      `policies: ${name} has an entry without a judge method`,
    );
    requirePolicyName(policy.name);
    return policy as RegistrationPolicy;
  });
}

/** What operators call those who come by each way. */
export const CALLERS = {
  open: "open",
  initial_access_token: "initialAccessToken",
  software_statement: "softwareStatement",
  metadata_document: "metadataDocument",
  federation: "federation",
  operator: "operator",
} as const satisfies Record<RegistrationSource, string>;

export type Caller = (typeof CALLERS)[RegistrationSource];
