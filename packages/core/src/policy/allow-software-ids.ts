import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { definePolicy, ACCEPT, type PolicyOptions, type RegistrationPolicy } from "./registration-policy.js";

/** Options of `allowSoftwareIds`. */
export interface AllowSoftwareIdsOptions extends PolicyOptions {
  /** Also counts what a client says without a software statement. Anybody can say it. Default false. */
  readonly selfAsserted?: boolean;
}

/**
 * Only this software, each `software_id` compared as an exact string. It has to come from a trusted software statement.
 *
 * @example
 * ```ts
 * import { allowSoftwareIds } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [allowSoftwareIds(["4NRB1-0XZABZI9E6-5SM3R"])] };
 * ```
 * @throws MisuseError for a list that is empty or has an empty entry
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function allowSoftwareIds(
  softwareIds: readonly string[],
  options: AllowSoftwareIdsOptions = {},
): RegistrationPolicy {
  requireKnownOptions("allowSoftwareIds", options, ["selfAsserted", "name"]);
  const { selfAsserted = false, name = "allow_software_ids" } = options;
  requireThat(
    Array.isArray(softwareIds) &&
      softwareIds.length > 0 &&
      softwareIds.every((id: unknown) => typeof id === "string" && id !== ""),
    "ERR_OPTION",
    "allowSoftwareIds: must be a list of at least one software_id",
  );
  requireThat(
    typeof selfAsserted === "boolean",
    "ERR_OPTION",
    "allowSoftwareIds: selfAsserted must be true or false",
  );
  const allowed: ReadonlySet<string> = new Set(softwareIds);

  return definePolicy(name, ({ metadata, verifiedMembers }) => {
    const member = "software_id";
    const verified = verifiedMembers.has(member);
    if (!verified && !selfAsserted) {
      return {
        verdict: "refuse",
        member,
        reason: "must come from a software statement that this server trusts",
      };
    }
    if (allowed.has(metadata.software_id ?? "")) return ACCEPT;
    return {
      verdict: "refuse",
      member,
      reason: "is not one that this server registers",
      // The statement is genuine, and for software that is not welcome.
      error: verified ? "unapproved_software_statement" : "invalid_client_metadata",
    };
  });
}
