import { RULES, specificationOf, type Rule } from "./rules.js";

/**
 * The error codes that metadata can lead to.
 * @see RFC 7591 section 3.2.2 https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2
 */
export type MetadataError =
  | "invalid_redirect_uri"
  | "invalid_client_metadata"
  | "invalid_software_statement"
  | "unapproved_software_statement"
  | FederationError;

/** The error codes of a registration by federation that RFC 7591 does not have. */
export type FederationError = "invalid_request" | "invalid_trust_chain" | "invalid_metadata";

interface Remark {
  /** The member's name, with its language tag if it has one; `(body)` for the body as a whole. */
  readonly member: string;
  /** Where in the body: `redirect_uris[2]`, `jwks.keys[0]`, or the member itself. */
  readonly place: string;
  readonly rule: Rule;
  /** The place and the rule in an ASCII sentence that may stand in `error_description`. */
  readonly description: string;
  /** The section that the rule rests on. */
  readonly specification: string;
  /** How many findings this one stands for: those beyond the first hundred errors or warnings. Missing on any other finding. */
  readonly count?: number;
}

/**
 * One remark on one value. An `error` refuses the registration, with its code on the wire; a `warning` tells the operator
 * what was put right and is never sent. No value that the client sent is repeated in it.
 */
export type Finding =
  | (Remark & { readonly severity: "error"; readonly error: MetadataError })
  | (Remark & { readonly severity: "warning" });

/** Where a rule stands for several cases: what is said of this one, and with which code. */
interface Wording {
  readonly error?: MetadataError | undefined;
  /** Ends the sentence that the place begins; ASCII, without quotes or backslashes. */
  readonly says?: string;
}

/** How many errors, and how many warnings, have a finding each. A small body can break rules thousands of times. */
const MAX_TOLD = 100;

/** Gathers the findings of one assessment, in the order in which they are made. One finding counts those beyond the first hundred. */
export class Findings {
  readonly #all: Finding[] = [];
  #errors = 0;
  #warnings = 0;

  error(member: string, rule: Rule, place = member, { error = errorOf(member), says }: Wording = {}): void {
    this.#errors += 1;
    if (this.#errors > MAX_TOLD) return;
    this.#all.push({ severity: "error", error, ...remark(member, rule, place, says) });
  }

  warning(member: string, rule: Rule, place = member): void {
    this.#warnings += 1;
    if (this.#warnings > MAX_TOLD) return;
    this.#all.push({ severity: "warning", ...remark(member, rule, place) });
  }

  get refused(): boolean {
    return this.#errors > 0;
  }

  get all(): readonly Finding[] {
    const errors = this.#errors - MAX_TOLD;
    const warnings = this.#warnings - MAX_TOLD;
    if (errors <= 0 && warnings <= 0) return this.#all;
    const rest = (count: number) => ({
      ...remark("(body)", "metadata.more_findings", "(body)", `has ${count} more`),
      count,
    });
    return [
      ...this.#all,
      ...(errors > 0
        ? [{ severity: "error", error: "invalid_client_metadata", ...rest(errors) } as const]
        : []),
      ...(warnings > 0 ? [{ severity: "warning", ...rest(warnings) } as const] : []),
    ];
  }
}

function errorOf(member: string): MetadataError {
  if (member === "software_statement") return "invalid_software_statement";
  return member === "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata";
}

function remark(member: string, rule: Rule, place: string, instead?: string): Remark {
  const says = instead ?? RULES[rule][0];
  return {
    member,
    place,
    rule,
    description: `${place} ${says} (${rule})`,
    specification: specificationOf(rule),
  };
}
