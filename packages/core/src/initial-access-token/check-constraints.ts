import { isJsonObject } from "../lib/json.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { isScopeToken } from "../scope/scope.js";
import { hostRule } from "../uri/host.js";
import { isPolicyName } from "../policy/registration-policy.js";
import type { InitialAccessTokenConstraints } from "../store/records.js";

/** For each constraint, what an entry of its list has to be. */
const ENTRIES: Readonly<Record<keyof InitialAccessTokenConstraints, (entry: string) => boolean>> = {
  scopes: isScopeToken,
  redirectHosts: (host) => hostRule(host) === undefined,
  softwareIds: (id) => id !== "",
  grantTypes: isScopeToken,
  policies: isPolicyName,
};

/**
 * An empty list would forbid everything, a misspelt host would too, and a misspelt name would bind to nothing: all are
 * mistakes.
 *
 * @throws MisuseError
 */
export function checkConstraints(given: InitialAccessTokenConstraints): InitialAccessTokenConstraints {
  // A promise has no members either, and would bind to nothing.
  requireThat(isJsonObject(given) && !("then" in given), "ERR_OPTION", "constraints: must be an object");
  requireKnownOptions("constraints", given, Object.keys(ENTRIES));
  const constraints: Record<string, readonly string[]> = {};
  for (const [name, holds] of Object.entries(ENTRIES)) {
    const list: unknown = given[name as keyof InitialAccessTokenConstraints];
    if (list === undefined) continue;
    const isList = Array.isArray(list) && list.length > 0;
    requireThat(
      isList && list.every((entry) => typeof entry === "string" && holds(entry)),
      "ERR_OPTION",
      `${name}: must be a list of at least one, each well-formed (hosts in lower case, without scheme or port)`,
    );
    constraints[name] = [...(list as string[])];
  }
  return constraints;
}
