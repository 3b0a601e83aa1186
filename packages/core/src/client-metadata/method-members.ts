import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { MetadataMember } from "./member-table.js";

/** What a method of client authentication adds to the rules for client metadata. */
export interface MethodMetadataRules {
  /** The value of `token_endpoint_auth_method`. */
  readonly name: string;
  /** Client metadata members that only clients of this method have. Default: none. */
  readonly members?: readonly MetadataMember[];
  /** Judges the metadata of a client of this method. */
  readonly checkMetadata?: (asked: DraftMetadata, findings: Findings) => void;
}

/**
 * Applies the rules of the client's own method. Members of another method are left out of what is registered, so that none
 * waits on the record to be believed after a change of method.
 */
export function settleMethodMembers(
  asked: DraftMetadata,
  methods: readonly MethodMetadataRules[],
  findings: Findings,
): void {
  const own = methods.find(({ name }) => name === asked.token_endpoint_auth_method);
  for (const { name } of methods.flatMap(({ members = [] }) => members)) {
    if (asked[name] === undefined || own?.members?.some((member) => member.name === name)) continue;
    findings.warning(name, "metadata.other_method");
    asked[name] = undefined;
  }
  own?.checkMetadata?.(asked, findings);
}
