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
   * PEM certificates of authorities that you trust besides those of Node.js. With this option, Node.js ignores
   * `NODE_EXTRA_CA_CERTS`. Default: none.
   */
  readonly ca?: string;
  /**
   * Returns all addresses of a name. It should stop when `signal` fires. Default: the A and AAAA records from the name servers
   * of the system, without the hosts file.
   */
  readonly resolve?: (hostname: string, signal: AbortSignal) => Promise<readonly string[]>;
}

/**
 * A connection for `guardedFetch` that checks where a name leads. It resolves the name once and connects to the addresses that
 * it checked, so that a second DNS answer cannot lead elsewhere.
 *
 * - It rejects with `AddressRefusedError` when any of the addresses is a special-use address. A URL in `privateUrls` of
 *   `guardedFetch` may have private-use addresses.
 * - It verifies the certificate for the name, whatever the environment says.
 * - Each request has its own connection, without a proxy.
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
  ] satisfies (keyof PinnedConnectionOptions)[]);
  return connectionTo(options, isSpecialUseAddress);
}

/** `pinnedConnection` with another rule for addresses, by which tests connect to this machine. */
export function connectionTo(
  { ca, resolve: addressesOf = resolveName }: PinnedConnectionOptions,
  isRefused: (address: string) => boolean,
): OutgoingConnection {
  return async ({ url, mayBePrivate = false, headers, body, signal }) => {
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const addresses = isIP(hostname) ? [hostname] : await addressesOf(hostname, signal);
    const isExempt = (address: string): boolean => mayBePrivate && isPrivateUseAddress(address);
    if (addresses.some((address) => isRefused(address) && !isExempt(address)))
      throw new AddressRefusedError();
    // The name server may have answered too late.
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
