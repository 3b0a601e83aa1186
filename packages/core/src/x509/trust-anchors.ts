import { requireThat } from "../lib/misuse.js";
import { readCertificates } from "./read-certificates.js";
import type { X509Certificate } from "./x509.js";

/**
 * The certificates that an option trusts.
 *
 * @param otherwise what may stand in the place of the list, for the message
 * @throws MisuseError for no certificates, and for what is none
 */
export function readTrustAnchors(given: unknown, otherwise = ""): readonly X509Certificate[] {
  const anchors = Array.isArray(given)
    ? given.map((one: Uint8Array | string) => readCertificates([one]))
    : [];
  requireThat(
    anchors.length > 0 && !anchors.includes(undefined),
    "ERR_TRUST_ANCHOR",
    `trustAnchors: must be a list of certificates as DER bytes or PEM text${otherwise}`,
  );
  return anchors.flatMap((certificates) => certificates ?? []);
}
