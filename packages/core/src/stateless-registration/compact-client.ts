import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.js";
import type { UnidentifiedClient } from "../client-credentials/client-identity.js";
import type { RegistrationSource } from "../store/records.js";

/*
 * A client in few letters. Identifiers that were issued have to be read for as long as they live: a name here keeps its
 * place, and a new one goes to the end.
 */

const MEMBERS = [
  ...["redirect_uris", "token_endpoint_auth_method", "grant_types", "response_types", "client_name"],
  ...["client_uri", "logo_uri", "scope", "application_type", "software_id", "software_version", "contacts"],
  ...["tos_uri", "policy_uri", "jwks_uri", "jwks"],
];
const SOURCES: readonly RegistrationSource[] = ["open", "initial_access_token", "software_statement"];
/** What most clients have, and what no client can be without. */
const USUAL: Readonly<Record<string, string>> = {
  grant_types: '["authorization_code","refresh_token"]',
  response_types: '["code"]',
  token_endpoint_auth_method: '"none"',
};

/** The client as JSON with short names. What only an update would need is not in it. */
export function compactClient({
  clientIdIssuedAt,
  expiresAt,
  origin,
  requirements,
  metadata,
}: UnidentifiedClient): JsonObject {
  const { source, owner, initialAccessTokenId, softwareStatementIssuer } = origin;
  return {
    i: clientIdIssuedAt,
    x: expiresAt,
    ...(source !== "open" && { s: SOURCES.indexOf(source) }),
    o: owner,
    k: initialAccessTokenId,
    v: softwareStatementIssuer,
    ...(requirements.consent && { c: 1 }),
    ...(requirements.pkce && { p: 1 }),
    m: compactMetadata(metadata),
  };
}

/** The client that a compact one stands for. */
export function expandedClient(compact: JsonObject): UnidentifiedClient {
  const text = (name: string) => (compact[name] ?? undefined) as string | undefined;
  const [owner, initialAccessTokenId, softwareStatementIssuer] = [text("o"), text("k"), text("v")];
  return {
    clientIdIssuedAt: Number(compact["i"]),
    expiresAt: Number(compact["x"]),
    version: 1,
    status: "pending",
    requirements: { ...(compact["c"] === 1 && { consent: true }), ...(compact["p"] === 1 && { pkce: true }) },
    origin: {
      source: SOURCES[Number(compact["s"] ?? 0)] ?? "open",
      ...(owner !== undefined && { owner }),
      ...(initialAccessTokenId !== undefined && { initialAccessTokenId }),
      ...(softwareStatementIssuer !== undefined && { softwareStatementIssuer }),
      policies: [],
    },
    metadata: expandedMetadata(compact["m"]),
  };
}

function compactMetadata(metadata: ClientMetadata): JsonObject {
  const entries = Object.entries(metadata)
    .filter(([name, value]) => value !== undefined && USUAL[name] !== JSON.stringify(value))
    .map(([name, value]): [string, JsonValue | undefined] => {
      const index = MEMBERS.indexOf(name);
      return [index === -1 ? name : String(index), value];
    });
  // That a usual value is missing has to be said.
  const missing = Object.keys(USUAL).filter((name) => metadata[name] === undefined);
  return Object.fromEntries([
    ...entries,
    ...missing.map((name) => [String(MEMBERS.indexOf(name)), null]),
  ]) as JsonObject;
}

function expandedMetadata(compact: JsonValue | undefined): ClientMetadata {
  const metadata = new Map(
    Object.entries(USUAL).map(([name, value]) => [name, JSON.parse(value) as JsonValue]),
  );
  for (const [short, value] of Object.entries(isJsonObject(compact) ? compact : {})) {
    // No member's name is a number.
    const name = /^\d+$/.test(short) ? (MEMBERS[Number(short)] ?? short) : short;
    if (value === null || value === undefined) metadata.delete(name);
    else metadata.set(name, value);
  }
  return Object.fromEntries(metadata);
}
