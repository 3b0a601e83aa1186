import type { OutgoingConnection } from "./outgoing-connection.js";

/**
 * Connects with the global `fetch`, for runtimes in which nobody can choose the address of a connection (Workers, Deno,
 * edge functions). Only hosts that are written as an address are checked, by `guardedFetch`; a name that leads into a
 * private network is for the platform to stop. On Node.js and Bun take `pinnedConnection()` of `@oauth-dcr/node`.
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
  // Server runtimes have no cookies and no referrer, and some throw at the options that would forbid them.
  return ({ url, headers, body, signal }) =>
    fetch(url, { headers, signal, redirect: "manual", ...(body !== undefined && { method: "POST", body }) });
}
