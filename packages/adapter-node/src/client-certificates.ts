/** More would not be read: a chain of real certificates has three or four. */
const MAX_CERTIFICATES = 10;

/** What is needed of the type of `node:tls`. */
interface PeerCertificate {
  readonly raw?: Uint8Array;
  readonly issuerCertificate?: PeerCertificate | null;
}

/**
 * The certificates of a TLS client as DER bytes, its own first: the `clientCertificates` that `authenticateClient` takes. Empty
 * for a client without a certificate, and for a connection without TLS. The client has proved to Node.js that it has the private
 * key of the first; whether anybody stands behind it, `tlsClientAuth`, `spiffeX509` or `selfSignedTlsClientAuth` of
 * `@oauth-dcr/core/mutual-tls` say. So make the server with `requestCert: true` and `rejectUnauthorized: false`.
 *
 * @example
 * ```ts
 * import { createServer } from "node:https";
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { clientCertificates } from "@oauth-dcr/node";
 *
 * declare const registration: ClientRegistration;
 * declare const [key, cert, parameters]: [string, string, URLSearchParams];
 *
 * createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, async (req, res) => {
 *   const client = await registration.authenticateClient({
 *     parameters,
 *     clientCertificates: clientCertificates(req.socket),
 *   });
 *   res.end(client.ok ? client.value.clientId : "");
 * });
 * ```
 * @see RFC 8705 section 2 https://www.rfc-editor.org/rfc/rfc8705#section-2
 */
export function clientCertificates(socket: object): readonly Uint8Array[] {
  const { getPeerCertificate } = socket as {
    readonly getPeerCertificate?: (detailed: true) => PeerCertificate | null;
  };
  const chain = new Set<PeerCertificate>();
  let certificate = getPeerCertificate?.call(socket, true);
  // The last one is its own issuer, or has none: what Node.js answers depends on the chain.
  while (certificate?.raw && !chain.has(certificate) && chain.size < MAX_CERTIFICATES) {
    chain.add(certificate);
    certificate = certificate.issuerCertificate;
  }
  return [...chain].flatMap(({ raw }) => (raw ? [new Uint8Array(raw)] : []));
}
