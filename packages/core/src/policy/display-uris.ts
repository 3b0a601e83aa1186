import { baseName } from "../client-metadata/member-name.js";
import type { ClientMetadata } from "../client-metadata/client-metadata.js";

const DISPLAY_URIS = new Set([
  ...["client_uri", "logo_uri", "tos_uri", "policy_uri"],
  ...["organization_uri", "information_uri"],
]);

/**
 * The names of the members that a consent page shows as links or pictures, language variants among them.
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export function displayUriNames(metadata: ClientMetadata): readonly string[] {
  return Object.keys(metadata).filter((name) => DISPLAY_URIS.has(baseName(name)));
}
