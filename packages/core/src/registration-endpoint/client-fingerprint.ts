import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { tokenHash } from "../crypto/token-hash.js";
import type { JsonValue } from "../lib/json.js";
import { canonicalJson } from "../lib/canonical-json.js";
import { withoutLoopbackPort, type RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import type { AcceptedRecord } from "./accept-client-metadata.js";

/** Lists whose order says nothing. */
const SETS: ReadonlySet<string> = new Set(["redirect_uris", "grant_types", "response_types", "contacts"]);

/**
 * What two open registrations of one public client have in common: everything they asked for and were given, less the
 * port of loopback redirect URIs, which the authorization endpoint ignores as well. `undefined` for a client that has to
 * be one of its own: whoever registers it holds a secret or a token for it, or somebody vouched for it.
 *
 * @see RFC 8252 section 7.3 https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export function clientFingerprint(
  { metadata, origin, requirements }: Pick<AcceptedRecord, "metadata" | "origin" | "requirements">,
  redirectUris: RedirectUriPolicy,
  versions: true | "any_software_version" = true,
): string | undefined {
  const isShareable =
    origin.source === "open" &&
    origin.softwareStatementIssuer === undefined &&
    metadata.token_endpoint_auth_method === "none";
  if (!isShareable) return undefined;
  const { software_version: _, ...unversioned } = metadata;
  const compared = normalised(versions === true ? metadata : unversioned, redirectUris);
  return tokenHash(canonicalJson({ metadata: compared, requirements, policies: origin.policies }));
}

/** What a shared client is stored with: no loopback port, as none of those who share it has a better claim to theirs. */
export function sharedMetadata<M extends ClientMetadata>(metadata: M, redirectUris: RedirectUriPolicy): M {
  const { redirect_uris: uris } = metadata;
  if (!uris) return metadata;
  return {
    ...metadata,
    redirect_uris: [...new Set(uris.map((uri) => withoutLoopbackPort(redirectUris, uri)))],
  };
}

function normalised(metadata: ClientMetadata, redirectUris: RedirectUriPolicy): ClientMetadata {
  const members = Object.entries(metadata).map(([name, value]): [string, JsonValue | undefined] => {
    if (name === "scope") return [name, unordered((value as string).split(" "))];
    if (!SETS.has(name) || !Array.isArray(value)) return [name, value];
    const values = value as readonly string[];
    if (name !== "redirect_uris") return [name, unordered(values)];
    return [name, unordered(values.map((uri) => withoutLoopbackPort(redirectUris, uri)))];
  });
  return Object.fromEntries(members);
}

function unordered(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
