import { RULES, type Rule } from "./rules.js";

/** The error codes of the registration endpoint that metadata can lead to (RFC 7591 section 3.2.2). */
export type MetadataError = "invalid_redirect_uri" | "invalid_client_metadata";

/**
 * One remark on one value. An `error` refuses the registration; a `warning` tells the operator what was put right.
 * No value that the client sent is repeated in it.
 */
export interface Finding {
  readonly severity: "error" | "warning";
  /** The member's name, with its language tag if it has one. */
  readonly member: string;
  /** Where in the body: `redirect_uris[2]`, `jwks.keys[0]`, or the member itself. */
  readonly place: string;
  readonly rule: Rule;
  /** The wire's code for it. A warning is never sent. */
  readonly error: MetadataError;
  /** The place and the rule in an ASCII sentence that may stand in `error_description`. */
  readonly description: string;
  /** The section that the rule rests on. */
  readonly specification: string;
}

/** Gathers the findings of one assessment, in the order in which they are made. */
export class Findings {
  readonly #all: Finding[] = [];
  #refused = false;

  error(member: string, rule: Rule, place = member): void {
    this.#refused = true;
    this.#add("error", member, rule, place);
  }

  warning(member: string, rule: Rule, place = member): void {
    this.#add("warning", member, rule, place);
  }

  get refused(): boolean {
    return this.#refused;
  }

  get all(): readonly Finding[] {
    return this.#all;
  }

  #add(severity: Finding["severity"], member: string, rule: Rule, place: string): void {
    const { says, specification } = RULES[rule];
    this.#all.push({
      severity,
      member,
      place,
      rule,
      error: member === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata",
      description: `${place} ${says} (${rule})`,
      specification,
    });
  }
}
