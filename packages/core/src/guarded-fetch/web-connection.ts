import type { OutgoingConnection } from "./outgoing-connection.js";

/**
 * A connection for `guardedFetch` that uses the global `fetch`. Use it on runtimes where the address of a connection cannot be
 * chosen: Workers, Deno, edge functions. On Node.js and Bun, use `pinnedConnection()` of `@oauth-dcr/node`.
 *
 * `guardedFetch` checks hosts that are written as an address. It cannot check where a name leads: the platform must keep such
 * requests out of your private network.
 *
 * @example
 * ```ts
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 *
 * const fetchDocument = guardedFetch({ connection: webConnection() });
 * ```
 * @see Fetch section 5.6 https://fetch.spec.whatwg.org/#fetch-method
 */
export function webConnection(): OutgoingConnection {
  // Server runtimes send no cookies and no referrer. Some of them throw at the options that forbid both.
  return ({ url, headers, body, signal }) =>
    fetch(url, { headers, signal, redirect: "manual", ...(body !== undefined && { method: "POST", body }) });
}
