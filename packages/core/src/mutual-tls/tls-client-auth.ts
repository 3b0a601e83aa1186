import type { ClientAuthenticationMethod } from "../client-authentication/client-authentication-method.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { err, ok } from "../lib/result.js";
import { hasTrustedPath } from "../x509/certificate-path.js";
import { isForTlsClient, validityProblem } from "../x509/certificate-rules.js";
import { isSubjectOf } from "./certificate-subject.js";
import { presentedCertificates } from "./presented-certificates.js";
import { readTrustAnchors } from "../x509/trust-anchors.js";

/** Options of `tlsClientAuth`. */
export interface TlsClientAuthOptions {
  /**
   * The certificates of the CAs that may issue certificates for clients, each as DER bytes or as PEM text. These CAs are trusted for
   * every name. Use `verified_by_platform` if the TLS layer, such as a proxy or an edge network, already refuses certificates of
   * other CAs. Then core reads only the first certificate.
   */
  readonly trustAnchors: readonly (Uint8Array | string)[] | "verified_by_platform";
}

/**
 * The method `tls_client_auth`: a client authenticates with a certificate of a trusted CA. The certificate must have the name that
 * the client registered as `tls_client_auth_subject_dn` or `tls_client_auth_san_dns`, `_san_uri`, `_san_ip` or `_san_email`. Pass
 * the certificates of the TLS connection to `authenticateClient` as `clientCertificates`.
 *
 * Refuses certificates with name constraints or unknown critical extensions. Does not check revocation: issue short-lived
 * certificates, disable the client, or let the TLS layer check it.
 *
 * @example
 * ```ts
 * import { tlsClientAuth } from "@oauth-dcr/core/mutual-tls";
 *
 * declare const certificateOfOurCa: string;
 *
 * const method = tlsClientAuth({ trustAnchors: [certificateOfOurCa] });
 * ```
 * @throws MisuseError for an invalid option
 * @see RFC 8705 section 2.1 https://www.rfc-editor.org/rfc/rfc8705#section-2.1
 */
export function tlsClientAuth(options: TlsClientAuthOptions): ClientAuthenticationMethod {
  requireKnownOptions("tlsClientAuth", options, ["trustAnchors"] satisfies (keyof TlsClientAuthOptions)[]);
  const { trustAnchors } = options;
  const anchors =
    trustAnchors === "verified_by_platform"
      ? undefined
      : readTrustAnchors(trustAnchors, ", or verified_by_platform");

  return Object.freeze<ClientAuthenticationMethod>({
    name: "tls_client_auth",
    async verify(request, { metadata }, nowSeconds) {
      const presented = presentedCertificates(request);
      if (!presented.ok) return presented;
      const [certificate, ...others] = presented.value;
      const reason = validityProblem(certificate, nowSeconds);
      if (reason) return err({ reason });
      if (!isForTlsClient(certificate)) return err({ reason: "certificate_usage" });
      // Before any signature is verified: this costs least.
      if (!isSubjectOf(certificate, metadata)) return err({ reason: "subject" });
      const isTrusted = !anchors || (await hasTrustedPath(certificate, others, anchors, nowSeconds));
      return isTrusted ? ok(undefined) : err({ reason: "untrusted_certificate" });
    },
  });
}
