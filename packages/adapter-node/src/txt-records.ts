/// <reference types="node" />
import { requireKnownOptions } from "@oauth-dcr/core";
// eslint-disable-next-line no-restricted-imports -- To find a wrong address of a name server at construction.
import { Resolver } from "node:dns/promises";
import { withResolver } from "./with-resolver.js";

/** Options of `txtRecords`. */
export interface TxtRecordsOptions {
  /** The IP addresses of the name servers, each with or without a port. Default: those of the system. */
  readonly servers?: readonly string[];
}

/** More than these are not read. */
const MOST_RECORDS = 100;

/** What a name server answers where a name does not exist, or has no such record. */
const ABSENT: readonly (string | undefined)[] = ["ENOTFOUND", "ENODATA"];

/**
 * Creates the function that queries name servers for TXT records, for `domainVerification` of core. When its signal aborts, it
 * cancels the query. It rejects if the name servers do not respond, or refuse the query. It does not validate DNSSEC: for that,
 * name a validating resolver in `servers`.
 *
 * @example
 * ```ts
 * import { txtRecords } from "@oauth-dcr/node";
 *
 * const records = await txtRecords()("_oauth-dcr.app.example", AbortSignal.timeout(5000));
 * ```
 * @returns a function that resolves with the first 100 records, the strings of each joined. It resolves with an empty list if
 *   the name does not exist or has no TXT record
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
    try {
      const records = await withResolver(signal, servers, async (resolver) => resolver.resolveTxt(name));
      return records.slice(0, MOST_RECORDS).map((strings) => strings.join(""));
    } catch (error) {
      if (ABSENT.includes((error as NodeJS.ErrnoException).code)) return [];
      throw error;
    }
  };
}
