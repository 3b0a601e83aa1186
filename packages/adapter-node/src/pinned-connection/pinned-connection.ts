/// <reference types="node" />
/* eslint-disable no-restricted-imports -- Only the sockets of Node.js let us choose the address of a connection. */
import {
  AddressRefusedError,
  isPrivateUseAddress,
  isSpecialUseAddress,
  type OutgoingConnection,
} from "@oauth-dcr/core/guarded-fetch";
import { requireKnownOptions } from "@oauth-dcr/core";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { rootCertificates } from "node:tls";
import { resolveName } from "./resolve-name.js";
import { toWebResponse } from "./to-web-response.js";

/** Options of `pinnedConnection`. */
export interface PinnedConnectionOptions {
  /**
   * Certificates, in PEM, of authorities that are trusted beside those that Node.js brings along. With it,
   * `NODE_EXTRA_CA_CERTS` does not count.
   */
  readonly ca?: string;
  /**
   * All addresses of a name, for those who do not ask name servers, and for tests. It should end with `signal`. Default: the
   * A and AAAA records that the system's name servers answer, without the hosts file.
   */
  readonly resolve?: (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;
  /** Which addresses are refused, for tests; {@link isSpecialUseAddress} unless told. */
  readonly isRefused?: (address: string) => boolean;
}

/**
 * Connects to the very addresses that were checked: a name is resolved once, so that a second answer of its DNS server
 * cannot lead elsewhere. Rejects with `AddressRefusedError` when any of its addresses is a special-use one; a URL that
 * `guardedFetch` exempts (`privateUrls`) may have private-use ones. The certificate is verified for the name, whatever the environment says. Every request has a connection of its own,
 * without a proxy.
 *
 * @example
 * ```ts
 * import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
 * import { pinnedConnection } from "@oauth-dcr/node";
 *
 * const fetchDocument = guardedFetch({ connection: pinnedConnection() });
 * ```
 * @see RFC 6890 section 2.2 https://www.rfc-editor.org/rfc/rfc6890#section-2.2
 * @see RFC 9110 section 4.3.4 https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4
 */
export function pinnedConnection(options: PinnedConnectionOptions = {}): OutgoingConnection {
  requireKnownOptions("pinnedConnection", options, [
    "ca",
    "resolve",
    "isRefused",
  ] satisfies (keyof PinnedConnectionOptions)[]);
  const { ca, resolve: addressesOf = resolveName, isRefused = isSpecialUseAddress } = options;
  return async ({ url, mayBePrivate = false, headers, body, signal }) => {
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = isIP(hostname) ? [hostname] : await addressesOf(hostname, signal);
    const isExempt = (address: string): boolean => mayBePrivate && isPrivateUseAddress(address);
    if (addresses.some((address) => isRefused(address) && !isExempt(address)))
      throw new AddressRefusedError();
    // The answer may have come when nobody waits for it any more.
    signal.throwIfAborted();
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(url, {
        agent: false,
        method: body === undefined ? "GET" : "POST",
        headers,
        signal,
        lookup: answering(addresses),
        rejectUnauthorized: true,
        ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      });
      sent.on("response", resolve);
      sent.on("error", reject);
      // Some answers, such as 101, close the connection without an error.
      sent.on("close", () => reject(new Error("The connection was closed before an answer.")));
      sent.end(body);
    });
    try {
      return toWebResponse(message);
    } catch (error) {
      message.destroy();
      throw error;
    }
  };
}

/** A resolver that knows nothing but these addresses. */
function answering(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, callback) => {
    const [first] = answers;
    if (!first) callback(new Error("The name has no address."), "");
    else if (all) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}
