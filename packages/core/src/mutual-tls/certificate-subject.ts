import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { alternativeNames } from "../x509/alternative-names.js";
import { hasSubjectName } from "./subject-name.js";
import type { X509Certificate } from "../x509/x509.js";

/** For each member that names the subject of a certificate, whether a certificate has that name. Nothing in either is a pattern. */
const MATCHERS: ReadonlyMap<string, (certificate: X509Certificate, registered: string) => boolean> = new Map([
  ["tls_client_auth_subject_dn", hasSubjectName],
  ["tls_client_auth_san_dns", hasName("dns", (name) => name.toLowerCase())],
  ["tls_client_auth_san_uri", hasName("url", (name) => name)],
  ["tls_client_auth_san_ip", hasName("ip", canonicalAddress)],
  // RFC 5321 section 2.4: only the domain is without case.
  [
    "tls_client_auth_san_email",
    hasName("email", (name) => name.replace(/@[^@]*$/, (domain) => domain.toLowerCase())),
  ],
]);

/**
 * Whether a certificate is the one that a client of `tls_client_auth` registered, by the one name that it gave.
 * @see RFC 8705 section 2.1.2 https://www.rfc-editor.org/rfc/rfc8705#section-2.1.2
 */
export function isSubjectOf(certificate: X509Certificate, metadata: ClientMetadata): boolean {
  const given = [...MATCHERS].filter(([member]) => metadata[member] !== undefined);
  return (
    given.length === 1 &&
    given.every(([member, matches]) => {
      const registered = metadata[member];
      return typeof registered === "string" && matches(certificate, registered);
    })
  );
}

function hasName(kind: Parameters<typeof alternativeNames>[1], canonical: (name: string) => string) {
  return (certificate: X509Certificate, registered: string) =>
    alternativeNames(certificate, kind).some((name) => canonical(name) === canonical(registered));
}

function canonicalAddress(address: string): string {
  if (!address.includes(":")) return address;
  try {
    return new URL(`http://[${address}]`).hostname;
  } catch {
    return address;
  }
}
