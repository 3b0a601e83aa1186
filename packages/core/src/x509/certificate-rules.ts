import type { ClientAuthenticationProblem } from "../client-authentication/client-authentication-method.js";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type X509Certificate,
} from "./x509.js";

/** Why a certificate is not good at this moment, if it is not. */
export function validityProblem(
  { notBefore, notAfter }: X509Certificate,
  nowSeconds: number,
): Extract<ClientAuthenticationProblem, "expired" | "not_yet_valid"> | undefined {
  const now = nowSeconds * 1000;
  if (!(notBefore.getTime() <= now)) return "not_yet_valid";
  return notAfter.getTime() >= now ? undefined : "expired";
}

/** Subject alternative name, basic constraints, key usage, extended key usage, certificate policies: what is read here, or binds nobody. */
const KNOWN_EXTENSIONS = ["2.5.29.17", "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.32"];

/**
 * Whether a certificate makes a demand that is not understood here.
 * @see RFC 5280 section 4.2 https://www.rfc-editor.org/rfc/rfc5280#section-4.2
 */
function demandsMore({ extensions }: X509Certificate): boolean {
  return extensions.some(({ critical, type }) => critical && !KNOWN_EXTENSIONS.includes(type));
}

/** Whether a certificate is for signatures, and no CA. */
export function isForSigning(certificate: X509Certificate): boolean {
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? KeyUsageFlags.digitalSignature;
  return (
    !demandsMore(certificate) &&
    (usages & KeyUsageFlags.digitalSignature) !== 0 &&
    certificate.getExtension(BasicConstraintsExtension)?.ca !== true
  );
}

/** Whether a certificate is for a TLS client: for signatures, and for client authentication where it says for what. */
export function isForTlsClient(certificate: X509Certificate): boolean {
  const purposes = certificate.getExtension(ExtendedKeyUsageExtension)?.usages ?? [
    ExtendedKeyUsage.clientAuth,
  ];
  return isForSigning(certificate) && purposes.includes(ExtendedKeyUsage.clientAuth);
}

const NAME_CONSTRAINTS = "2.5.29.30";

/**
 * Whether a certificate may issue others.
 *
 * @param intermediates how many stand between it and the client's certificate
 * @see RFC 5280 section 6.1.4 https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4
 */
export function mayIssue(certificate: X509Certificate, intermediates: number, nowSeconds: number): boolean {
  const constraints = certificate.getExtension(BasicConstraintsExtension);
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? KeyUsageFlags.keyCertSign;
  return (
    constraints?.ca === true &&
    (constraints.pathLength ?? Infinity) >= intermediates &&
    (usages & KeyUsageFlags.keyCertSign) !== 0 &&
    !demandsMore(certificate) &&
    // They would have to be applied to every name below.
    certificate.getExtension(NAME_CONSTRAINTS) === null &&
    validityProblem(certificate, nowSeconds) === undefined
  );
}
