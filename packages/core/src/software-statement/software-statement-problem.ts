import type { SoftwareStatementProblem, SoftwareStatementReason } from "./software-statement.js";

/** What the client reads of each reason. Signature and key are told apart in the operator's log alone. */
const SAYS: Readonly<Record<SoftwareStatementReason, string>> = {
  malformed: "must be a JWS in compact serialization whose claims have iss, each of its registered type",
  type: "has a typ that is not that of a software statement",
  algorithm: "is signed with an algorithm that this server does not accept",
  untrusted_issuer: "comes from an issuer that this server does not trust",
  unknown_key: "has a signature that cannot be verified",
  signature: "has a signature that cannot be verified",
  expired: "has expired",
  not_yet_valid: "is not valid yet",
  issued_in_future: "was issued in the future",
  audience: "is not meant for this server",
  claim_missing: "must have an exp claim",
  nested_statement: "must not contain another software statement",
  software_id: "must have a software_id that is text, or none",
  not_approved: "is not approved on this server",
};

/** The problem as the caller gets it; RFC 7591 section 3.2.2 knows two codes. */
export function softwareStatementProblem(reason: SoftwareStatementReason): SoftwareStatementProblem {
  const unapproved = reason === "untrusted_issuer" || reason === "not_approved";
  return {
    error: unapproved ? "unapproved_software_statement" : "invalid_software_statement",
    reason,
    says: SAYS[reason],
  };
}
