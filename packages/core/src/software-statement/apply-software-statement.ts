import { CHOICES } from "../client-metadata/members.js";
import { baseName } from "../client-metadata/language-tag.js";
import { isOmitted } from "../client-metadata/plain-value.js";
import type { JsonObject, JsonValue } from "../lib/json.js";
import type { VerifiedSoftwareStatement } from "./software-statement.js";

export interface StatedMetadata {
  /** To be judged by the metadata rules like any other. */
  readonly metadata: JsonObject;
  /**
   * The members that the statement speaks for, without language tags: every variant of them in `metadata` is the
   * statement's. What is not here is the client's own word.
   */
  readonly verifiedMembers: ReadonlySet<string>;
  /** Whether the statement names redirect URIs, so that a copy of it is of no use to anybody else. */
  readonly bindsRedirectUris: boolean;
}

/** Ways to say one thing. Where the statement uses one, a plain member of another would say something beside it. */
const ALTERNATIVES: readonly (readonly string[])[] = [
  ["jwks", "jwks_uri", "signed_jwks_uri"],
  ["client_ip_ranges", "client_ip_ranges_uri"],
  ...CHOICES.map(({ member, list }) => [member, list]),
];

/**
 * Puts the claims of a statement over what was sent beside it.
 *
 * A claim speaks for its member in every language: `client_name` displaces a plain `client_name#ja`, and a claim
 * `client_name#ja` displaces a plain `client_name`, or a self-asserted name would stand beside a verified one and look
 * like it. An empty claim displaces too and verifies nothing.
 *
 * Redirect URIs that the statement lists under another name are the client's to choose from; `acceptSoftwareStatement` sees
 * that it does.
 *
 * @see RFC 7591 section 3.1.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1.1
 */
export function applySoftwareStatement(
  submitted: JsonObject,
  { claims: stated, redirectUris, isSelfSigned = false }: Omit<VerifiedSoftwareStatement, "issuer">,
): StatedMetadata {
  const isChosen = redirectUris !== undefined && !isOmitted(submitted["redirect_uris"]);
  const claims = isChosen
    ? { redirect_uris: submitted["redirect_uris"] as JsonValue, ...stated }
    : { ...(redirectUris && { redirect_uris: redirectUris }), ...stated };
  const names = new Set(Object.keys(claims).map(baseName));
  const displaced = new Set([...names, "software_statement"]);
  for (const alternatives of ALTERNATIVES) {
    if (alternatives.some((name) => names.has(name))) alternatives.forEach((name) => displaced.add(name));
  }
  const stating = new Set(
    Object.entries(claims)
      .filter(([, value]) => !isOmitted(value))
      .map(([name]) => baseName(name)),
  );
  return {
    metadata: Object.fromEntries([
      ...Object.entries(submitted).filter(([name]) => !displaced.has(baseName(name))),
      ...Object.entries(claims),
    ]),
    verifiedMembers: isSelfSigned ? new Set() : stating,
    bindsRedirectUris: stating.has("redirect_uris"),
  };
}
