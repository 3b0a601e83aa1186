import { err, ok, type Result } from "../lib/result.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import type { GuardedFetchProblem } from "./guarded-fetch-problem.js";
import { isPrivateUseAddress, isSpecialUseAddress } from "./special-use-address.js";

const MAX_LENGTH = 2048;
/** Local top-level names: RFC 6762 section 3, and `internal` of ICANN. Names under `localhost` are refused before. */
const LOCAL_DOMAINS = ["local", "internal"];

/**
 * Parses the URL of a document, or says why the server must not fetch it.
 *
 * @param admits which hosts are allowed. Default: public ones
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

/** Whether the host of a parsed URI is public: no special-use address and no local name. */
export function isPublicHost(host: string): boolean {
  if (isAddress(host)) return !isSpecialUseAddress(withoutBrackets(host));
  const labels = host.split(".");
  return labels.length > 1 && !LOCAL_DOMAINS.includes(labels.at(-1) ?? "");
}

/** Whether a host is allowed in a URL of `privateUrls`: it may also have a local name or a private-use address. */
export function isPublicOrPrivateHost(host: string): boolean {
  return isPublicHost(host) || !isAddress(host) || isPrivateUseAddress(withoutBrackets(host));
}

function isAddress(host: string): boolean {
  return host.startsWith("[") || /^[\d.]+$/.test(host);
}

const withoutBrackets = (host: string): string => host.replace(/^\[|\]$/g, "");
