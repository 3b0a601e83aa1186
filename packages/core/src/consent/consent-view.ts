import { baseName } from "../client-metadata/language-tag.js";
import { isSameJson, type JsonObject, type JsonValue } from "../lib/json.js";
import type { RedirectUri, RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { statedClaims } from "../software-statement/stated-claims.js";
import type { RegisteredClient, TrustTier } from "../store/records.js";
import { trustTier } from "../store/standing.js";
import { isLoopbackHost, readsLikeLoopback } from "../uri/host.js";
import type { LookAlike } from "./well-known-names.js";

/** A member that a consent page may show. Text is to be escaped, and an address to be shown as text or a link, never loaded. */
export interface ShownMember {
  /** With its language tag, if it has one. */
  readonly member: string;
  /** The value as registered. */
  readonly value: JsonValue;
  /**
   * Whether a trusted software statement says so that names the redirect URI too. A statement is no secret: whoever sends
   * another's with redirect URIs of their own shows nothing by it. Everything else is the client's own word.
   */
  readonly isVerified: boolean;
}

/**
 * What a user should be warned of.
 *
 * - `loopback`: the answer goes to this machine alone, where any program may wait for it.
 * - `private_use_scheme`: the answer goes to whichever application has claimed the scheme.
 * - `look_alike_name`: its name looks like one of `wellKnownNames` and nothing shows that it is the owner's, or its names
 *   have more than 800 letters in all languages together, which is too many to compare. Not for a `first_party` client.
 * - `look_alike_host`: the answer goes to a host such as `localhost.example`, which reads like this machine and is not.
 * - `other_host`: the answer goes to another host than the one that the client is known by.
 */
export type ConsentWarning =
  "loopback" | "private_use_scheme" | "look_alike_name" | "look_alike_host" | "other_host";

/** What a user needs to know before saying yes. */
export interface ConsentView {
  /** The client that asks. */
  readonly clientId: string;
  /** The host that vouches for the client: that of its document's URL. To be shown. */
  readonly clientIdHost?: string;
  /** Where the answer would go: `destination` is the host, or the scheme of an application with its colon. To be shown before all else. */
  readonly redirect: { readonly kind: RedirectUri["kind"]; readonly destination: string };
  /** How far the operator trusts the client. Nothing that the client says changes it. */
  readonly tier: TrustTier;
  /** What the client, or a verified statement, says of it. */
  readonly members: readonly ShownMember[];
  /** What to warn of. */
  readonly warnings: readonly ConsentWarning[];
}

interface ConsentRules {
  readonly redirectUris: RedirectUriPolicy;
  readonly isLookAlike: LookAlike;
  /** How far a client is trusted. Missing: as far as its record says. */
  readonly trust?: { readonly tierOf: (client: RegisteredClient) => TrustTier };
  /** The claim in which software statements list redirect URIs, besides `redirect_uris`. */
  readonly redirectUrisClaim?: string | undefined;
}

const NAMES: ReadonlySet<string> = new Set(["client_name", "organization_name"]);
/**
 * How many letters of names are compared with `wellKnownNames`, in all languages together. A client with more gets the
 * warning: what cannot be judged in a bounded time is not shown as harmless.
 */
const MAX_JUDGED_LETTERS = 800;
const SHOWN: ReadonlySet<string> = new Set([
  ...NAMES,
  ...["client_uri", "logo_uri", "tos_uri", "policy_uri"],
  ...["organization_uri", "information_uri", "description", "contacts"],
]);

/**
 * Gathers what a consent page shows of a client. `undefined` for a redirect URI that the policy does not let through.
 *
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 * @see OAuth Client ID Metadata Document section 6.4 https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-6.4
 */
export function consentView(
  client: RegisteredClient,
  redirectUri: string,
  rules: ConsentRules,
): ConsentView | undefined {
  const { clientId, metadata } = client;
  const parsed = rules.redirectUris.parse(redirectUri);
  if (!parsed.ok) return undefined;
  const { kind, uri } = parsed.value;
  // `claude.ai:/callback` is a scheme that anybody may claim: without its colon it would read as the host.
  const destination = kind === "private_use" ? `${uri.scheme}:` : uri.host;
  // Only a document was fetched from where its client_id says: any other client's is a name like another.
  const url = client.origin.source === "metadata_document" ? new URL(clientId) : undefined;

  const claims = claimsFor(redirectUri, client, rules);
  const members = Object.entries(metadata).flatMap(([member, value]): ShownMember[] => {
    if (value === undefined || !SHOWN.has(baseName(member))) return [];
    return [{ member, value, isVerified: isSameJson(claims[member], value) }];
  });
  // A name is its owner's where the answer, or the document, is at the owner's host: nobody else has it there.
  const hosts = [...(url ? [url.hostname] : []), ...(kind === "https" ? [uri.host] : [])];
  const tier = (rules.trust?.tierOf ?? trustTier)(client);
  let letters = 0;
  const isLookAlike = members.some(({ member, value, isVerified }) => {
    if (isVerified || !NAMES.has(baseName(member)) || typeof value !== "string") return false;
    letters += value.length;
    return letters > MAX_JUDGED_LETTERS || rules.isLookAlike(value, hosts);
  });
  const warnings: Readonly<Record<ConsentWarning, boolean>> = {
    // Also where a program there speaks `https`.
    loopback: kind !== "private_use" && isLoopbackHost(uri.host),
    private_use_scheme: kind === "private_use",
    look_alike_name: isLookAlike && tier !== "first_party",
    look_alike_host: kind === "https" && readsLikeLoopback(uri.host),
    other_host: url !== undefined && kind === "https" && url.hostname !== uri.host,
  };
  return {
    clientId,
    ...(url && { clientIdHost: url.host }),
    redirect: { kind, destination },
    tier,
    members,
    warnings: (Object.keys(warnings) as ConsentWarning[]).filter((warning) => warnings[warning]),
  };
}

/** What a statement says of the client that is answered at this URI. */
function claimsFor(
  redirectUri: string,
  client: RegisteredClient,
  { redirectUris, redirectUrisClaim = "redirect_uris" }: ConsentRules,
): JsonObject {
  const claims = statedClaims(client);
  const stated: unknown = claims["redirect_uris"] ?? claims[redirectUrisClaim];
  return Array.isArray(stated) && redirectUris.admits(stated as string[], redirectUri) ? claims : {};
}
