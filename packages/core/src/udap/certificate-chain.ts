import { decodeBase64 } from "@oslojs/encoding";
import { hasIssued } from "../x509/certificate-path.js";
import { isForSigning, validityProblem } from "../x509/certificate-rules.js";
import { readCertificate } from "../x509/read-certificates.js";
import type { X509Certificate } from "../x509/x509.js";

/** The certificate of a statement's signer, and those between it and a trust anchor. */
export type CertificateChain = readonly [leaf: X509Certificate, ...issuers: X509Certificate[]];

/** A community's chains have two or three. */
const MAX_CERTIFICATES = 5;
const MAX_CHARACTERS = 16_384;

/**
 * The certificates of an `x5c` header, the signer's first. `undefined` for what is none.
 * @see RFC 7515 section 4.1.6 https://www.rfc-editor.org/rfc/rfc7515#section-4.1.6
 */
export function readCertificateChain(x5c: unknown): CertificateChain | undefined {
  if (!Array.isArray(x5c) || x5c.length > MAX_CERTIFICATES) return undefined;
  try {
    const [leaf, ...issuers] = x5c.map((base64: unknown) => {
      if (typeof base64 !== "string" || base64.length > MAX_CHARACTERS) throw new TypeError("not a text");
      return readCertificate(decodeBase64(base64));
    });
    return leaf && [leaf, ...issuers];
  } catch {
    return undefined;
  }
}

/**
 * Whether a chain leads to a trust anchor: each certificate is issued by the next, and the last by an anchor, or is one. Nobody is
 * asked which certificates are revoked.
 *
 * @see RFC 5280 section 6.1 https://www.rfc-editor.org/rfc/rfc5280#section-6.1
 */
export async function leadsToAnchor(
  chain: CertificateChain,
  anchors: readonly X509Certificate[],
  nowSeconds: number,
): Promise<boolean> {
  const [leaf] = chain;
  if (!isForSigning(leaf) || validityProblem(leaf, nowSeconds)) return false;
  for (const [index, certificate] of chain.entries()) {
    for (const anchor of anchors) {
      if (anchor.equal(certificate)) return true;
      if (await hasIssued(anchor, certificate, index, nowSeconds)) return true;
    }
    const next = chain[index + 1];
    if (!next || !(await hasIssued(next, certificate, index, nowSeconds))) return false;
  }
  return false;
}
