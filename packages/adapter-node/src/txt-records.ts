/// <reference types="node" />
import { requireKnownOptions } from "@oauth-dcr/core";
// eslint-disable-next-line no-restricted-imports -- Only Node.js lets us give a question up.
import { Resolver } from "node:dns/promises";

/** Options of `txtRecords`. */
export interface TxtRecordsOptions {
  /** The addresses of the name servers to ask, each with a port or without. Default: those of the system. */
  readonly servers?: readonly string[];
}

/** More than these are not read. */
const MOST_RECORDS = 100;

/** What a name server answers where a name does not exist, or has no such record. */
const ABSENT: readonly (string | undefined)[] = ["ENOTFOUND", "ENODATA"];

/**
 * Asks name servers for TXT records, for `domainVerification` of core. The question ends with its signal, as those of
 * `pinnedConnection` do. Rejects where the name servers do not answer, or refuse to.
 *
 * @example
 * ```ts
 * import { txtRecords } from "@oauth-dcr/node";
 *
 * const records = await txtRecords()("_oauth-dcr.app.example", AbortSignal.timeout(5000));
 * ```
 * @returns the first 100 records, the strings of each joined; none where there is no such name or record
 * @see RFC 1035 section 3.3.14 https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14
 */
export function txtRecords(
  options: TxtRecordsOptions = {},
): (name: string, signal: AbortSignal) => Promise<readonly string[]> {
  requireKnownOptions("txtRecords", options, ["servers"] satisfies (keyof TxtRecordsOptions)[]);
  const { servers } = options;
  // A wrong address is found now.
  if (servers) new Resolver().setServers(servers);
  return async (name, signal) => {
    signal.throwIfAborted();
    const resolver = new Resolver();
    if (servers) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const records = await resolver.resolveTxt(name);
      return records.slice(0, MOST_RECORDS).map((strings) => strings.join(""));
    } catch (error) {
      if (ABSENT.includes((error as NodeJS.ErrnoException).code)) return [];
      throw error;
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
}
