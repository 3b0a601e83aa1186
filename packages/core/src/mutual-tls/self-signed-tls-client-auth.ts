import { decodeBase64IgnorePadding, encodeBase64 } from "@oslojs/encoding";
import type { ClientAuthenticationMethod } from "../client-authentication/client-authentication-method.js";
import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { remoteDocument, type RemoteDocument } from "../json-web-token/remote-document.js";
import { JWK_SET_TYPES } from "../json-web-token/remote-key-set.js";
import { BoundedMap } from "../lib/bounded-map.js";
import { isJsonObject } from "../lib/json.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { err, ok } from "../lib/result.js";
import { validityProblem } from "../x509/certificate-rules.js";
import { presentedCertificates } from "./presented-certificates.js";

/** Options of `selfSignedTlsClientAuth`. */
export interface SelfSignedTlsClientAuthOptions {
  /** Fetches the certificates of clients with a `jwks_uri`. Without it such a client cannot authenticate. */
  readonly guardedFetch?: GuardedFetch;
}

/** How many `jwks_uri`s are remembered. The longest unused is forgotten first, and fetched again when it is needed. */
const MAX_REMEMBERED = 1000;
const MAX_KEYS = 50;

/**
 * The method `self_signed_tls_client_auth`: a client authenticates with a certificate that it registered, as the first `x5c` of
 * a key in its `jwks` or at its `jwks_uri`. The certificate needs no trusted issuer. So the TLS layer must accept certificates of
 * unknown issuers, and still require proof of the private key. Pass the certificates of the TLS connection to `authenticateClient`
 * as `clientCertificates`.
 *
 * @example
 * ```ts
 * import { selfSignedTlsClientAuth } from "@oauth-dcr/core/mutual-tls";
 *
 * const method = selfSignedTlsClientAuth();
 * ```
 * @throws MisuseError for an invalid option
 * @see RFC 8705 section 2.2 https://www.rfc-editor.org/rfc/rfc8705#section-2.2
 */
export function selfSignedTlsClientAuth(
  options: SelfSignedTlsClientAuthOptions = {},
): ClientAuthenticationMethod {
  requireKnownOptions("selfSignedTlsClientAuth", options, [
    "guardedFetch",
  ] satisfies (keyof SelfSignedTlsClientAuthOptions)[]);
  const certificatesOf = registeredCertificates(options.guardedFetch);

  return Object.freeze<ClientAuthenticationMethod>({
    name: "self_signed_tls_client_auth",
    async verify(request, { metadata, status }, nowSeconds) {
      const presented = presentedCertificates(request);
      if (!presented.ok) return presented;
      const [certificate] = presented.value;
      const reason = validityProblem(certificate, nowSeconds);
      if (reason) return err({ reason });
      const shown = encodeBase64(new Uint8Array(certificate.rawData));
      const found = await certificatesOf(metadata)(
        nowSeconds,
        (certificates) => certificates.includes(shown) || undefined,
        status === "active",
      );
      if (found.ok) return ok(undefined);
      return err(
        "cause" in found.error
          ? { reason: "keys_unavailable", ...found.error }
          : { reason: "untrusted_certificate" },
      );
    },
  });
}

/** Finds the certificates that a client registered, as base64 of their DER. */
function registeredCertificates(
  guardedFetch: GuardedFetch | undefined,
): (metadata: ClientMetadata) => RemoteDocument<readonly string[]> {
  const remembered = new BoundedMap<string, RemoteDocument<readonly string[]>>(MAX_REMEMBERED);

  return ({ jwks, jwks_uri }) => {
    if (jwks_uri === undefined || jwks !== undefined) {
      const certificates = certificatesIn(jwks);
      return (_now, find) => {
        const found = find(certificates);
        return Promise.resolve(found === undefined ? err({ missing: true }) : ok(found));
      };
    }
    if (!guardedFetch)
      return () => Promise.resolve(err({ cause: "there is no guardedFetch for a jwks_uri" }));
    const document =
      remembered.get(jwks_uri) ?? remoteDocument(jwks_uri, JWK_SET_TYPES, certificatesIn, guardedFetch);
    remembered.set(jwks_uri, document);
    return document;
  };
}

function certificatesIn(jwks: unknown): readonly string[] {
  const keys = isJsonObject(jwks) ? jwks["keys"] : undefined;
  if (!Array.isArray(keys)) return [];
  return keys.slice(0, MAX_KEYS).flatMap((key: unknown) => {
    const x5c = isJsonObject(key) ? key["x5c"] : undefined;
    const [certificate]: readonly unknown[] = Array.isArray(x5c) ? (x5c as unknown[]) : [];
    return typeof certificate === "string" ? (sameSpelling(certificate) ?? []) : [];
  });
}

/** Base64 with and without padding is one certificate. */
function sameSpelling(certificate: string): string | undefined {
  try {
    return encodeBase64(decodeBase64IgnorePadding(certificate));
  } catch {
    return undefined;
  }
}
