import { err, ok, type Result } from "../lib/result.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import type { GuardedFetchProblem } from "./guarded-fetch-problem.js";
import { isPrivateUseAddress, isSpecialUseAddress } from "./special-use-address.js";

const MAX_LENGTH = 2048;
/** Names of local networks: RFC 6762 section 3, and ICANN's `internal`. All of `localhost` falls before. */
const LOCAL_DOMAINS = ["local", "internal"];

/**
 * Reads the URL of a document, or says why nobody should connect for it.
 *
 * @param admits which hosts may be asked. Default: public ones
 * @see RFC 3986 section 3 https://www.rfc-editor.org/rfc/rfc3986#section-3
 */
export function outgoingUrl(text: string, admits = isPublicHost): Result<URL, GuardedFetchProblem> {
  const parsed = parseStrictUri(text, MAX_LENGTH);
  if (!parsed.ok) return err({ kind: "url_refused", cause: parsed.error });
  const { scheme, host, fragment } = parsed.value;
  if (scheme !== "https" || fragment !== "") return err({ kind: "url_refused" });
  if (admits(host)) return ok(new URL(text));
  return err({ kind: isAddress(host) ? "address_refused" : "url_refused" });
}

/** Whether a host of a parsed URI may be on the Internet: no special-use address, no name of a local network. */
export function isPublicHost(host: string): boolean {
  if (isAddress(host)) return !isSpecialUseAddress(withoutBrackets(host));
  const labels = host.split(".");
  return labels.length > 1 && !LOCAL_DOMAINS.includes(labels.at(-1) ?? "");
}

/** Whether a host may be asked for a URL that the operator exempts: it may have a name or an address of a private network too. */
export function isPublicOrPrivateHost(host: string): boolean {
  return isPublicHost(host) || !isAddress(host) || isPrivateUseAddress(withoutBrackets(host));
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || /^[\d.]+$/.test(host);
}

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, "");
