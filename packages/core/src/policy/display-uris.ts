import { baseName } from "../client-metadata/language-tag.js";
import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { requireThat } from "../lib/misuse.js";
import { ACCEPT, type PolicyVerdict } from "./registration-policy.js";

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

/** What becomes of members that a policy does not want: left out of the record, or a reason to refuse it. */
export type DropOrRefuse = "drop" | "refuse";

export function requireDropOrRefuse(value: unknown, option: string): void {
  requireThat(
    value === "drop" || value === "refuse",
    "ERR_OPTION",
    `${option}: must be "drop" or "refuse", not ${JSON.stringify(value)}`,
  );
}

export function dropOrRefuse(
  metadata: ClientMetadata,
  unwanted: readonly string[],
  action: DropOrRefuse,
  reason: string,
): PolicyVerdict {
  const [member] = unwanted;
  if (member === undefined) return ACCEPT;
  if (action === "refuse") return { verdict: "refuse", member, reason };
  const kept = Object.entries(metadata).filter(([name]) => !unwanted.includes(name));
  return { verdict: "change", metadata: Object.fromEntries(kept) };
}
