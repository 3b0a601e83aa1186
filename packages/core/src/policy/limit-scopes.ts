import { requireKnownOptions } from "../lib/known-options.js";
import type { ProposalOrigin } from "../store/records.js";
import { requireThat } from "../lib/misuse.js";
import { intersectScope, isScopeToken } from "../scope/scope.js";
import { CALLERS, type Caller } from "./policy-table.js";
import { definePolicy, ACCEPT, type PolicyOptions, type RegistrationPolicy } from "./registration-policy.js";

/** The most that each caller can have. Who is not named here gets no scope. */
export type ScopesByCaller = Readonly<Partial<Record<Caller, readonly string[]>>> & {
  /** By the owner of the initial access token; counts instead of the list for its source. */
  readonly owners?: Readonly<Record<string, readonly string[]>>;
};

const KNOWN: readonly string[] = Object.values(CALLERS);

/**
 * Narrows the scope to what this caller may have. A client that asked for a scope and may have none of it is refused,
 * since a record without a scope could be read as one without a limit.
 *
 * @example
 * ```ts
 * import { limitScopes } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [limitScopes({ open: ["read"], owners: { "team-a": ["read", "write"] } })] };
 * ```
 * @throws MisuseError for an unknown kind of caller and for what is no scope token
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export function limitScopes(
  { owners = {}, ...bySource }: ScopesByCaller,
  options: PolicyOptions = {},
): RegistrationPolicy {
  requireKnownOptions("limitScopes", options, ["name"]);
  const { name = "limit_scopes" } = options;
  const ownersLists = checkedLists(owners);
  const sourceLists = checkedLists(bySource);
  for (const source of sourceLists.keys()) {
    requireThat(
      KNOWN.includes(source),
      "ERR_OPTION",
      `limitScopes: unknown caller "${source}"; there are ${KNOWN.join(", ")} and owners`,
    );
  }
  const allowedTo = ({ source, owner }: ProposalOrigin): readonly string[] =>
    (owner === undefined ? undefined : ownersLists.get(owner)) ?? sourceLists.get(CALLERS[source]) ?? [];

  return definePolicy(name, ({ metadata, origin }) => {
    if (metadata.scope === undefined) return ACCEPT;
    const requested = metadata.scope.split(" ");
    const granted = intersectScope(requested, allowedTo(origin));
    if (granted.length === requested.length) return ACCEPT;
    return granted.length > 0
      ? { verdict: "change", metadata: { ...metadata, scope: granted.join(" ") } }
      : { verdict: "refuse", member: "scope", reason: "has nothing that this client may have" };
  });
}

function checkedLists(lists: Readonly<Record<string, unknown>>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(lists)
      .filter(([, scopes]) => scopes !== undefined)
      .map(([caller, scopes]) => {
        requireThat(
          Array.isArray(scopes) && scopes.every((token) => typeof token === "string" && isScopeToken(token)),
          "ERR_OPTION",
          `limitScopes: the scopes of "${caller}" must be a list of scope tokens`,
        );
        return [caller, [...(scopes as string[])]];
      }),
  );
}
