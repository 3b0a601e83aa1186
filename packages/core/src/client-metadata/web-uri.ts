import { parseStrictUri } from "../uri/strict-uri.js";
import { outgoingUrl } from "../guarded-fetch/outgoing-url.js";
import type { Rule } from "./rules.js";

const MAX_LENGTH = 2048;

/**
 * The rule that an address breaks which is shown to a person (`http` or `https`), that a machine will fetch
 * (`https`), or that this server itself will fetch a document from (and not from a local network). Shares its parser with the redirect rules: what passes here names the host that a browser goes to.
 *
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function webUriRule(value: string, kind: "page" | "https" | "document"): Rule | undefined {
  const parsed = parseStrictUri(value, MAX_LENGTH);
  if (!parsed.ok) return parsed.error;
  const { scheme } = parsed.value;
  if (kind !== "page" && scheme !== "https") return "metadata.https";
  if (kind === "document") return outgoingUrl(value).ok ? undefined : "metadata.local_address";
  return scheme === "https" || scheme === "http" ? undefined : "metadata.web_scheme";
}
