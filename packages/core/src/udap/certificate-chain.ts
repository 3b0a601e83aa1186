// The library's container needs this polyfill before it loads.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
} from "@peculiar/x509";
import { decodeBase64 } from "@oslojs/encoding";

/** The certificate of a statement's signer, and those between it and a trust anchor. */
export type CertificateChain = readonly [leaf: X509Certificate, ...issuers: X509Certificate[]];

/** A community's chains have two or three. */
const MAX_CERTIFICATES = 5;
const MAX_BYTES = 8192;
/** The first byte of a DER sequence. The library would guess other formats from other bytes. */
const SEQUENCE = 0x30;
const RSA_BITS = { min: 2048, max: 8192 };
const HASHES = ["SHA-256", "SHA-384", "SHA-512"];
/** Subject alternative name, basic constraints, key usage, extended key usage, certificate policies. */
const KNOWN_EXTENSIONS = ["2.5.29.17", "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.32"];
const NAME_CONSTRAINTS = "2.5.29.30";

/** Reads one certificate of DER bytes. Throws for anything else, and for one that says a thing twice. */
export function readCertificate(bytes: Uint8Array): X509Certificate {
  if (bytes[0] !== SEQUENCE || bytes.length > MAX_BYTES) throw new TypeError("not a certificate");
  const certificate = new X509Certificate(Uint8Array.from(bytes));
  const types = certificate.extensions.map(({ type }) => type);
  if (new Set(types).size !== types.length) throw new TypeError("an extension is there twice");
  return certificate;
}

/**
 * The certificates of an `x5c` header, the signer's first. `undefined` for what is none.
 * @see RFC 7515 section 4.1.6 https://www.rfc-editor.org/rfc/rfc7515#section-4.1.6
 */
export function readCertificateChain(x5c: unknown): CertificateChain | undefined {
  if (!Array.isArray(x5c) || x5c.length > MAX_CERTIFICATES) return undefined;
  try {
    const [leaf, ...issuers] = x5c.map((base64: unknown) => {
      if (typeof base64 !== "string" || base64.length > MAX_BYTES * 2) throw new TypeError("not a text");
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
  if (!isForSigning(leaf) || !isValidAt(leaf, nowSeconds)) return false;
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

/** The URIs that a certificate names its subject by. */
export function uriNames(certificate: X509Certificate): readonly string[] {
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? [];
  return names.filter(({ type }) => type === "url").map(({ value }) => value);
}

/** @param intermediates how many certificates stand between the issuer and the signer's */
async function hasIssued(
  issuer: X509Certificate,
  subject: X509Certificate,
  intermediates: number,
  nowSeconds: number,
): Promise<boolean> {
  if (!isSameName(issuer, subject) || !mayIssue(issuer, intermediates)) return false;
  if (!isValidAt(issuer, nowSeconds) || !isStrong(issuer, subject)) return false;
  try {
    return await subject.verify({ publicKey: issuer.publicKey, signatureOnly: true });
  } catch {
    return false;
  }
}

function isSameName(issuer: X509Certificate, subject: X509Certificate): boolean {
  const name = new Uint8Array(issuer.subjectName.toArrayBuffer());
  const named = new Uint8Array(subject.issuerName.toArrayBuffer());
  return name.length === named.length && name.every((byte, index) => byte === named[index]);
}

function isValidAt({ notBefore, notAfter }: X509Certificate, nowSeconds: number): boolean {
  const now = nowSeconds * 1000;
  return notBefore.getTime() <= now && now <= notAfter.getTime();
}

/** @see RFC 5280 section 4.2 https://www.rfc-editor.org/rfc/rfc5280#section-4.2 */
function demandsMore({ extensions }: X509Certificate): boolean {
  return extensions.some(({ critical, type }) => critical && !KNOWN_EXTENSIONS.includes(type));
}

function isForSigning(certificate: X509Certificate): boolean {
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? KeyUsageFlags.digitalSignature;
  const isAuthority = certificate.getExtension(BasicConstraintsExtension)?.ca === true;
  return !isAuthority && !demandsMore(certificate) && (usages & KeyUsageFlags.digitalSignature) !== 0;
}

/** @see RFC 5280 section 6.1.4 https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4 */
function mayIssue(certificate: X509Certificate, intermediates: number): boolean {
  const constraints = certificate.getExtension(BasicConstraintsExtension);
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages ?? KeyUsageFlags.keyCertSign;
  return (
    constraints?.ca === true &&
    (constraints.pathLength ?? Infinity) >= intermediates &&
    (usages & KeyUsageFlags.keyCertSign) !== 0 &&
    !demandsMore(certificate) &&
    // They would have to be applied to every name below.
    certificate.getExtension(NAME_CONSTRAINTS) === null
  );
}

/** Whether a signature and its key are of a kind and size that can be relied on, and verified in a moment. */
function isStrong(issuer: X509Certificate, { signatureAlgorithm }: X509Certificate): boolean {
  const { modulusLength } = issuer.publicKey.algorithm as { readonly modulusLength?: number };
  if (modulusLength !== undefined && !(modulusLength >= RSA_BITS.min && modulusLength <= RSA_BITS.max)) {
    return false;
  }
  const { name, hash } = signatureAlgorithm as { readonly name: string; readonly hash?: { name?: string } };
  return name === "Ed25519" || HASHES.includes(hash?.name ?? "");
}
