import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { hostPattern } from "../uri/host-pattern.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import type { TrustFacts } from "./trust-rules.js";
import type { TemplateMatch } from "./trust-options.js";

/** Makes the test whether a client matches. @throws MisuseError for a host that cannot be one */
export function templateTest({
  source,
  softwareId,
  statementIssuer,
  host,
}: TemplateMatch): (facts: TrustFacts) => boolean {
  const isHost = host === undefined ? undefined : hostPattern(host);
  return (facts) => {
    const { origin, metadata, verifiedMembers } = facts;
    if (source !== undefined && origin.source !== source) return false;
    // Asked for where the template rests on a statement alone.
    const isStated = isOwnersStatement(facts);
    if (source === "software_statement" && !isStated) return false;
    const saysSoftware = isStated && verifiedMembers.has("software_id");
    if (softwareId !== undefined && !(saysSoftware && metadata.software_id === softwareId)) return false;
    if (statementIssuer !== undefined && !(isStated && origin.softwareStatementIssuer === statementIssuer)) {
      return false;
    }
    // Whoever may vouch in a federation can name an entity at any host. Only a template for federations trusts them with it.
    const isOtherSource = origin.federation !== undefined && source !== "federation";
    const hosts = isHost && !isOtherSource ? verifiedHosts(facts, isStated) : [];
    return !isHost || (hosts.length > 0 && hosts.every((one) => one !== undefined && isHost(one)));
  };
}

/** With these a client gets tokens only by way of its redirect URIs. */
const USER_GRANTS: readonly string[] = ["authorization_code", "refresh_token", "implicit"];

/**
 * Whether only the software in the statement can use this client. A statement is not secret. If it names the redirect URIs, a copy
 * sends users to the owner of the statement. For a grant without a user, an attacker could register a copy with a new secret and get
 * tokens. So such a client must authenticate with the keys of the statement.
 */
function isOwnersStatement({ origin, metadata, verifiedMembers }: TrustFacts): boolean {
  if (origin.softwareStatementIssuer === undefined || !verifiedMembers.has("redirect_uris")) return false;
  const { grant_types = [] } = metadata;
  return (
    grant_types.every((grant) => USER_GRANTS.includes(grant)) || hasStatedKeys(metadata, verifiedMembers)
  );
}

function hasStatedKeys(metadata: ClientMetadata, verifiedMembers: ReadonlySet<string>): boolean {
  const method = metadata.token_endpoint_auth_method;
  return method === "private_key_jwt" && (verifiedMembers.has("jwks") || verifiedMembers.has("jwks_uri"));
}

/** The verified hosts of the client; `undefined` for a redirect URI that has no https host. */
function verifiedHosts(
  { origin, metadata, documentHost }: TrustFacts,
  isStated: boolean,
): readonly (string | undefined)[] {
  if (documentHost !== undefined) return [documentHost];
  if (origin.federation) return [hostOf(origin.federation.entityId)];
  return isStated ? (metadata.redirect_uris ?? []).map(hostOf) : [];
}

function hostOf(url: string): string | undefined {
  const parsed = parseStrictUri(url, url.length);
  return parsed.ok && parsed.value.scheme === "https" ? parsed.value.host : undefined;
}
