import { decodeBase64IgnorePadding } from "@oslojs/encoding";
import type { ClientAuthenticationMethod } from "../client-authentication/client-authentication-method.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { err, ok } from "../lib/result.js";
import { trustDomainOf } from "../spiffe/spiffe-id.js";
import { isWorkloadOf, spiffeMetadataRules } from "../spiffe/spiffe-metadata.js";
import { checkTrustDomains, type SpiffeTrustDomains } from "../spiffe/trust-domains.js";
import { alternativeNames } from "../x509/alternative-names.js";
import { hasTrustedPath } from "../x509/certificate-path.js";
import { isForTlsClient, validityProblem } from "../x509/certificate-rules.js";
import { presentedCertificates } from "./presented-certificates.js";
import { readCertificates } from "../x509/read-certificates.js";
import { KeyUsageFlags, KeyUsagesExtension, type X509Certificate } from "../x509/x509.js";

/** Options of `spiffeX509`. */
export interface SpiffeX509Options {
  /** The result of `spiffeTrustDomains` of `@oauth-dcr/core/spiffe`. */
  readonly trustDomains: SpiffeTrustDomains;
}

/**
 * The method `spiffe_x509`: a workload authenticates with its X.509-SVID as TLS client certificate. Its SPIFFE ID must match the
 * `spiffe_id` that the client registered, which may end with `/*`. The certificate path must end at a certificate in the bundle of
 * the workload's own trust domain. Pass the certificates of the TLS connection, with intermediate certificates, to
 * `authenticateClient` as `clientCertificates`.
 *
 * Follows draft-ietf-oauth-spiffe-client-auth-02.
 *
 * @example
 * ```ts
 * import { spiffeX509 } from "@oauth-dcr/core/mutual-tls";
 * import type { SpiffeTrustDomains } from "@oauth-dcr/core/spiffe";
 *
 * declare const trustDomains: SpiffeTrustDomains;
 *
 * const method = spiffeX509({ trustDomains });
 * ```
 * @throws MisuseError for an invalid option
 * @see OAuth SPIFFE Client Authentication (draft 02) section 3.2 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-spiffe-client-auth-02#section-3.2
 * @see X509-SVID section 5 https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md#5-validation
 */
export function spiffeX509(options: SpiffeX509Options): ClientAuthenticationMethod {
  requireKnownOptions("spiffeX509", options, ["trustDomains"] satisfies (keyof SpiffeX509Options)[]);
  const trustDomains = checkTrustDomains(options.trustDomains);

  return Object.freeze<ClientAuthenticationMethod>({
    name: "spiffe_x509",
    ...spiffeMetadataRules(trustDomains),
    async verify(request, client, nowSeconds) {
      const presented = presentedCertificates(request);
      if (!presented.ok) return presented;
      const [certificate, ...others] = presented.value;
      const reason = validityProblem(certificate, nowSeconds);
      if (reason) return err({ reason });
      if (!isForTlsClient(certificate) || !isLeaf(certificate)) return err({ reason: "certificate_usage" });
      const [spiffeId, second] = alternativeNames(certificate, "url");
      const bundle = trustDomains.get(trustDomainOf(spiffeId ?? "") ?? "");
      if (spiffeId === undefined || second !== undefined || !bundle) return err({ reason: "spiffe_id" });
      if (!isWorkloadOf(client, spiffeId)) return err({ reason: "spiffe_id" });

      const authorities = await bundle.authorities(nowSeconds);
      if (!authorities.ok) return authorities;
      const anchors = authorities.value.flatMap((authority) => readAuthority(authority) ?? []);
      const isTrusted = await hasTrustedPath(certificate, others, anchors, nowSeconds);
      return isTrusted ? ok(undefined) : err({ reason: "untrusted_certificate" });
    },
  });
}

/** X509-SVID section 4.3: the key usage has to be there, and be for signatures and not for certificates. */
function isLeaf(certificate: X509Certificate): boolean {
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? 0;
  return (
    (usages & KeyUsageFlags.digitalSignature) !== 0 &&
    (usages & (KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign)) === 0
  );
}

function readAuthority(base64: string): readonly X509Certificate[] | undefined {
  try {
    return readCertificates([decodeBase64IgnorePadding(base64)]);
  } catch {
    return undefined;
  }
}
