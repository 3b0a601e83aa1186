import { decodeBase64 } from "@oslojs/encoding";
import { X509Certificate } from "./x509.js";

/** A chain of real certificates has three or four. */
const MAX_CERTIFICATES = 10;
const MAX_BYTES = 16_384;
const PEM = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g;
/** The first byte of a DER sequence. The library would guess other formats from other bytes. */
const SEQUENCE = 0x30;

/** The certificates of DER bytes and PEM texts, in their order. `undefined` for none, too many, and what is no certificate. */
export function readCertificates(
  given: readonly (Uint8Array | string)[],
): readonly [X509Certificate, ...X509Certificate[]] | undefined {
  try {
    if (given.length > MAX_CERTIFICATES) return undefined;
    const [first, ...others] = given.flatMap((one) => (typeof one === "string" ? bytesOfPem(one) : [one]));
    if (!first || others.length >= MAX_CERTIFICATES) return undefined;
    return [readCertificate(first), ...others.map(readCertificate)];
  } catch {
    return undefined;
  }
}

function bytesOfPem(text: string): Uint8Array[] {
  if (text.length > MAX_CERTIFICATES * MAX_BYTES * 2) throw new TypeError("too long");
  const bytes = Array.from(text.matchAll(PEM), ([, base64 = ""]) =>
    decodeBase64(base64.replaceAll(/\s/g, "")),
  );
  if (bytes.length === 0) throw new TypeError("no PEM");
  return bytes;
}

/** Reads DER. Throws for what is no certificate, and for one that says a thing twice. */
export function readCertificate(bytes: Uint8Array): X509Certificate {
  if (bytes[0] !== SEQUENCE || bytes.length > MAX_BYTES) throw new TypeError("not a certificate");
  // A copy: the caller may go on writing to the bytes.
  const certificate = new X509Certificate(Uint8Array.from(bytes));
  // RFC 5280 section 4.2. Whoever reads the first and whoever reads the last would see two certificates.
  const types = certificate.extensions.map(({ type }) => type);
  if (new Set(types).size !== types.length) throw new TypeError("an extension is there twice");
  return certificate;
}
