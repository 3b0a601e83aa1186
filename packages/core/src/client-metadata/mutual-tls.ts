import { CERTIFICATE_SUBJECTS } from "./certificate-subject.js";
import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { SentMembers } from "./normalise.js";

const MEMBERS = [...CERTIFICATE_SUBJECTS.keys()];

/**
 * A client of the method `tls_client_auth` names the subject of its certificate, once. RFC 8705 gives these names no
 * meaning beside another method: they are left out of what is registered, so that none waits on the record to be
 * believed after a change of method.
 *
 * @see RFC 8705 section 2.1.2 https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2
 */
export function settleCertificateSubject(asked: DraftMetadata, sent: SentMembers, findings: Findings): void {
  const given = MEMBERS.filter((member) => sent.has(member));
  if (asked.token_endpoint_auth_method !== "tls_client_auth") {
    for (const member of given) {
      findings.warning(member, "tls_client_auth.unused");
      asked[member] = undefined;
    }
    return;
  }

  const [first, ...others] = given;
  if (first === undefined) {
    findings.error("token_endpoint_auth_method", "tls_client_auth.subject_missing");
  }
  for (const member of others) findings.error(member, "tls_client_auth.subject_twice");
  for (const [member, hasForm] of CERTIFICATE_SUBJECTS) {
    const value = asked[member];
    if (typeof value === "string" && !hasForm(value)) {
      findings.error(member, "tls_client_auth.subject_form");
    }
  }
}
