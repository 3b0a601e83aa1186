import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import {
  definePolicy,
  ACCEPT,
  type PolicyOptions,
  type RegistrationPolicy,
  type RegistrationProposal,
} from "./registration-policy.js";

/** Options of `holdForApproval`. */
export interface HoldForApprovalOptions extends PolicyOptions {
  /** Which proposals are held. Default: all. Synchronous; one that throws or answers no boolean refuses the proposal. */
  readonly when?: (proposal: RegistrationProposal) => boolean;
  /** What the operator reads. */
  readonly reason?: string;
}

/**
 * Puts clients on record that can do nothing until an operator approves them.
 * @example
 * ```ts
 * import { holdForApproval } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [holdForApproval({ when: ({ origin }) => origin.source === "open", reason: "nobody vouched for it" })] };
 * ```
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function holdForApproval(options: HoldForApprovalOptions = {}): RegistrationPolicy {
  requireKnownOptions("holdForApproval", options, ["when", "reason", "name"]);
  const { when = () => true, reason = "held by policy", name = "hold_for_approval" } = options;
  requireThat(typeof when === "function", "ERR_OPTION", "holdForApproval: when must be a function");
  const isText = typeof reason === "string" && reason.trim() !== "";
  requireThat(isText, "ERR_OPTION", "holdForApproval: reason must be a text");
  return definePolicy(name, (proposal) => {
    const isHeld: unknown = when(proposal);
    if (typeof isHeld !== "boolean") throw new TypeError("holdForApproval: when must answer true or false");
    return isHeld ? { verdict: "hold", reason } : ACCEPT;
  });
}
