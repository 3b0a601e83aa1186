import { mayIssue } from "./certificate-rules.js";
import type { X509Certificate } from "./x509.js";

const MAX_INTERMEDIATES = 4;
/** How many signatures are verified for one client certificate: its sender chooses what stands between it and us. */
const MAX_VERIFICATIONS = 60;

const HASHES = ["SHA-256", "SHA-384", "SHA-512"];
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;

/**
 * Whether a trusted certificate stands behind a client's certificate, directly or by way of others that came with it. No
 * list of revoked certificates is asked.
 *
 * @see RFC 5280 section 6 https://www.rfc-editor.org/rfc/rfc5280#section-6
 */
export async function hasTrustedPath(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  trustAnchors: readonly X509Certificate[],
  nowSeconds: number,
): Promise<boolean> {
  let verifications = 0;
  return leadsToAnchor(certificate, 0);

  async function leadsToAnchor(subject: X509Certificate, intermediates: number): Promise<boolean> {
    for (const anchor of trustAnchors) {
      if (await isIssuer(anchor, subject, intermediates)) return true;
    }
    if (intermediates === MAX_INTERMEDIATES) return false;
    for (const other of others) {
      const isAbove = await isIssuer(other, subject, intermediates);
      if (isAbove && (await leadsToAnchor(other, intermediates + 1))) return true;
    }
    return false;
  }

  async function isIssuer(
    issuer: X509Certificate,
    subject: X509Certificate,
    intermediates: number,
  ): Promise<boolean> {
    if (!mayHaveIssued(issuer, subject, intermediates, nowSeconds)) return false;
    if (verifications >= MAX_VERIFICATIONS) return false;
    verifications += 1;
    return hasSigned(issuer, subject);
  }
}

/**
 * Whether a certificate was issued by another, which may issue it now.
 *
 * @param intermediates how many stand between the issuer and the first certificate
 */
export async function hasIssued(
  issuer: X509Certificate,
  subject: X509Certificate,
  intermediates: number,
  nowSeconds: number,
): Promise<boolean> {
  return mayHaveIssued(issuer, subject, intermediates, nowSeconds) && hasSigned(issuer, subject);
}

/** All but the signature, which costs the most. */
function mayHaveIssued(
  issuer: X509Certificate,
  subject: X509Certificate,
  intermediates: number,
  nowSeconds: number,
): boolean {
  return (
    isSameName(issuer, subject) && mayIssue(issuer, intermediates, nowSeconds) && isStrong(issuer, subject)
  );
}

async function hasSigned(issuer: X509Certificate, subject: X509Certificate): Promise<boolean> {
  try {
    return await subject.verify({ publicKey: issuer.publicKey, signatureOnly: true });
  } catch {
    return false;
  }
}

function isSameName(issuer: X509Certificate, subject: X509Certificate): boolean {
  const name = new Uint8Array(issuer.subjectName.toArrayBuffer());
  const named = new Uint8Array(subject.issuerName.toArrayBuffer());
  return name.length === named.length && name.every((byte, i) => byte === named[i]);
}

/** Whether signature and key are of a kind and size that can be relied on, and verified in a moment. */
function isStrong(issuer: X509Certificate, { signatureAlgorithm }: X509Certificate): boolean {
  const { modulusLength } = issuer.publicKey.algorithm as { readonly modulusLength?: number };
  if (modulusLength !== undefined && !(modulusLength >= MIN_RSA_BITS && modulusLength <= MAX_RSA_BITS)) {
    return false;
  }
  const { name, hash } = signatureAlgorithm as { readonly name: string; readonly hash?: { name?: string } };
  return name === "Ed25519" || HASHES.includes(hash?.name ?? "");
}
