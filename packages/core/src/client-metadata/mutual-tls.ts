import { isIpv4 } from "../uri/ip-address.js";
import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { SentMembers } from "./normalise.js";
import { parseStrictUri } from "../uri/strict-uri.js";

/**
 * A client of the method `tls_client_auth` names the subject of its certificate, once. RFC 8705 gives these names no
 * meaning beside another method: they are left out of what is registered, so that none waits on the record to be
 * believed after a change of method.
 *
 * @see RFC 8705 section 2.1.2 https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2
 */
export function settleCertificateSubject(asked: DraftMetadata, sent: SentMembers, findings: Findings): void {
  const given = [...CERTIFICATE_SUBJECTS.keys()].filter((member) => sent.has(member));
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

// RFC 4514 section 3, less values that are empty: they name nobody.
const PAIR = String.raw`\\(?:[\\ #="+,;<>]|[0-9a-fA-F]{2})`;
const INNER = String.raw`[^\0"+,;<>\\]`;
const VALUE = `(?:#(?:[0-9a-fA-F]{2})+|(?:[^\\0"+,;<>\\\\ #]|${PAIR})(?:(?:${INNER}|${PAIR})*(?:[^\\0"+,;<>\\\\ ]|${PAIR}))?)`;
const TYPE = String.raw`(?:[A-Za-z][A-Za-z0-9-]*|(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+)`;
const ATTRIBUTE = `${TYPE}=${VALUE}`;
const DISTINGUISHED_NAME = new RegExp(`^${ATTRIBUTE}(?:[,+]${ATTRIBUTE})*$`, "u");

// RFC 1123 section 2.1. No wildcard: it would name every host below.
const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const DNS_NAME = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)*(?!\\d+$)${LABEL}$`);

const MAILBOX = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(.+)$/;

/** Schemes of names that certificates carry. Nobody follows them, but somebody may show them as links. */
const URI_SCHEMES: ReadonlySet<string> = new Set(["https", "http", "urn", "spiffe", "did"]);
const MAX_URI = 2048;

/**
 * For each member that names the subject of a client's certificate, whether a value has the form that such a name has.
 *
 * @see RFC 8705 section 2.1.2 https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2
 */
const CERTIFICATE_SUBJECTS: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ["tls_client_auth_subject_dn", (value: string) => DISTINGUISHED_NAME.test(value)],
  ["tls_client_auth_san_dns", (value: string) => DNS_NAME.test(value)],
  ["tls_client_auth_san_uri", isUri],
  ["tls_client_auth_san_ip", (value: string) => isIpv4(value) || isIpv6(value)],
  ["tls_client_auth_san_email", (value: string) => DNS_NAME.test(MAILBOX.exec(value)?.[1] ?? "")],
]);

function isUri(value: string): boolean {
  const parsed = parseStrictUri(value, MAX_URI);
  if (!parsed.ok) return false;
  const { scheme, host, path } = parsed.value;
  return URI_SCHEMES.has(scheme) && (host !== "" || path !== "");
}

/** In the one spelling of RFC 5952, which is also what a URL parser writes. */
function isIpv6(value: string): boolean {
  if (!/^[0-9a-f:]{2,39}$/.test(value)) return false;
  try {
    return new URL(`http://[${value}]`).hostname === `[${value}]`;
  } catch {
    return false;
  }
}
