import type { Rule } from "../client-metadata/rules.js";
import { err, ok, type Result } from "../lib/result.js";
import { parseStrictUri, type StrictUri } from "../uri/strict-uri.js";

const MAX_LENGTH = 2048;

/** Whether a client_id is to be read as the URL of a document. No identifier that this server makes begins so. */
export function isClientIdUrl(clientId: string): boolean {
  return clientId.startsWith("https://");
}

/**
 * Takes the URL of a document apart, or names the rule that it breaks. It has to have a path, which is more than `/` unless an option says
 * otherwise, and is compared as it is written: dot segments, userinfo and a fragment have no place in it.
 *
 * @see OAuth Client ID Metadata Document section 3 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-3
 */
export function parseClientIdUrl(
  clientId: string,
  { allowQuery, allowRootPath }: { readonly allowQuery: boolean; readonly allowRootPath: boolean },
): Result<StrictUri, Rule> {
  const parsed = parseStrictUri(clientId, MAX_LENGTH);
  if (!parsed.ok) return parsed;
  const { path, query, fragment } = parsed.value;
  const hasPath = path !== "" && (path !== "/" || allowRootPath);
  if (!hasPath || clientId.includes("#") || fragment !== "") return err("document.url");
  return query !== "" && !allowQuery ? err("document.url") : ok(parsed.value);
}
