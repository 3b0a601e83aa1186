import { requireKnownOptions } from "../lib/known-options.js";
import { definePolicy, type PolicyOptions, type RegistrationPolicy } from "./registration-policy.js";
import { displayUriNames, dropOrRefuse, requireDropOrRefuse, type DropOrRefuse } from "./display-uris.js";

/** Options of `forbidDisplayUris`. */
export interface ForbidDisplayUrisOptions extends PolicyOptions {
  /** What becomes of an address that is there. Default `drop`: the client works as well without it. */
  readonly present?: DropOrRefuse;
}

/**
 * No `client_uri`, `logo_uri`, `tos_uri` and `policy_uri`, in any language: a consent page of yours then shows no link
 * and no picture that a stranger chose. It judges whomever it is listed for, so it belongs in the list `open`.
 *
 * @example
 * ```ts
 * import { forbidDisplayUris } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [forbidDisplayUris()] };
 * ```
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function forbidDisplayUris(options: ForbidDisplayUrisOptions = {}): RegistrationPolicy {
  requireKnownOptions("forbidDisplayUris", options, ["present", "name"]);
  const { present = "drop", name = "forbid_display_uris" } = options;
  requireDropOrRefuse(present, "forbidDisplayUris: present");
  return definePolicy(name, ({ metadata }) =>
    dropOrRefuse(metadata, displayUriNames(metadata), present, "is not taken from this kind of client"),
  );
}
