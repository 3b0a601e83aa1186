import type { TokenRequest } from "../client-authentication/presented-credentials.js";
import { err, ok, type Result } from "../lib/result.js";
import { readCertificates } from "../x509/read-certificates.js";
import type { X509Certificate } from "../x509/x509.js";

/** The certificates that the TLS layer handed over, the client's own first. */
export function presentedCertificates({
  clientCertificates = [],
}: TokenRequest): Result<
  readonly [X509Certificate, ...X509Certificate[]],
  { readonly reason: "certificate_missing" | "certificate_malformed" }
> {
  if (clientCertificates.length === 0) return err({ reason: "certificate_missing" });
  const certificates = readCertificates(clientCertificates);
  return certificates ? ok(certificates) : err({ reason: "certificate_malformed" });
}
