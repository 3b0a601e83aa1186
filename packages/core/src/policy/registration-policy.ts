import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { MetadataError } from "../client-metadata/finding.js";
import type { ClientRequirements, ProposalOrigin } from "../store/records.js";
import { requireThat } from "../lib/misuse.js";

/** What a client would be registered with, or what its record would become. */
export interface RegistrationProposal {
  /** Whether the client is new, or changes. */
  readonly action: "register" | "update";
  /** By what right it registers. */
  readonly origin: ProposalOrigin;
  /** After all metadata rules, and after the policies before this one. Frozen all the way down. */
  readonly metadata: ClientMetadata;
  /** Names of the members that stand as a trusted software statement gave them; the others are the client's own word. */
  readonly verifiedMembers: ReadonlySet<string>;
}

/** What a policy says of a proposal. */
export type PolicyVerdict =
  | { readonly verdict: "accept" }
  /** Go on with this metadata instead. It is checked again, and may ask for less than the proposal but never for more. */
  | { readonly verdict: "change"; readonly metadata: ClientMetadata }
  | {
      readonly verdict: "refuse";
      /** The member's name, with its language tag if it has one. */
      readonly member: string;
      /** Where in the member, such as `redirect_uris[2]`; without it the member itself. */
      readonly place?: string;
      /**
       * Ends the sentence that the place begins: at most 200 printable ASCII characters without quotes and backslashes
       * (RFC 6749 section 5.2). It goes to the client: repeat nothing in it that a client sent.
       */
      readonly reason: string;
      /** Without it `invalid_redirect_uri` for `redirect_uris`, and `invalid_client_metadata` for the others. */
      readonly error?: MetadataError;
    }
  /** Goes on record, and can do nothing until an operator approves it. The reason is for the operator alone. */
  | { readonly verdict: "hold"; readonly reason: string }
  | { readonly verdict: "require"; readonly requirements: ClientRequirements };

/**
 * A rule of the operator, on top of those of the specifications. Synchronous and pure: the same proposal gets the same
 * verdict. One that throws, or answers anything else, is a defect of the operator's: the request is refused with a 500, and
 * `onError` is told.
 *
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export interface RegistrationPolicy {
  /**
   * 1 to 64 characters of `a-z`, `0-9`, `_`, `.` and `-`, the first a letter or digit. It stays on the records of the
   * clients that it admitted, and an update is judged by it: a name that is in use keeps its meaning.
   */
  readonly name: string;
  /** Judges one proposal. A policy that throws is a defect: the request gets a 500 and nothing is stored. */
  judge(proposal: RegistrationProposal): PolicyVerdict;
}

/** What a policy of ours that has options may be called, instead of after what it does. */
export interface PolicyOptions {
  /** For two policies of one kind in one table. */
  readonly name?: string;
}

export const ACCEPT: PolicyVerdict = Object.freeze({ verdict: "accept" });

/** What a policy name must be. */
export const POLICY_NAME =
  '1 to 64 characters of a-z, 0-9, "_", "." and "-", beginning with a letter or digit';

export function isPolicyName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_.-]{0,63}$/.test(name);
}

/** Throws a `MisuseError` unless `name` can be the name of a policy. */
export function requirePolicyName(name: unknown): asserts name is string {
  requireThat(
    typeof name === "string" && isPolicyName(name),
    "ERR_POLICY_NAME",
    `policy name ${JSON.stringify(name)}: must be ${POLICY_NAME}`,
  );
}

/** A frozen policy under a checked name. */
export function definePolicy(name: string, judge: RegistrationPolicy["judge"]): RegistrationPolicy {
  requirePolicyName(name);
  return Object.freeze({ name, judge });
}
