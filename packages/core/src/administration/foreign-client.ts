import { isJsonObject, type JsonObject } from "../lib/json.js";
import type { StaticClient } from "./add-client.js";

/** Members of a record that are no metadata. */
const NO_METADATA: readonly string[] = [
  ...["client_id", "client_secret", "client_id_issued_at", "client_secret_expires_at"],
  ...[
    "registration_access_token",
    "registration_client_uri",
    "created_at",
    "updated_at",
    "owner",
    "metadata",
  ],
];

/**
 * A client as another server keeps it, as a client for `addClient`: a record with `client_id` and the members of RFC 7591, as
 * oidc-provider, Ory Hydra and the MCP SDK keep them, or a client representation of Keycloak. `undefined` for anything else,
 * and for a client that Keycloak has disabled (`enabled: false`) or gives no tokens (`bearerOnly`).
 * A secret comes along where it is there in clear and long enough; where it is not, `addClient` makes a new one. Redirect
 * URIs with wildcards are refused by `addClient`.
 *
 * @example
 * ```ts
 * import { foreignClient } from "@oauth-dcr/core/administration";
 *
 * const client = foreignClient({ client_id: "app", redirect_uris: ["https://app.example/callback"] });
 * ```
 */
export function foreignClient(value: unknown): StaticClient | undefined {
  if (!isJsonObject(value)) return undefined;
  if (typeof value["client_id"] === "string") return fromRecord(value["client_id"], value);
  // What was stopped there must not come alive here.
  const isOff = value["enabled"] === false || value["bearerOnly"] === true;
  if (typeof value["clientId"] === "string" && Array.isArray(value["redirectUris"]) && !isOff) {
    return fromKeycloak(value["clientId"], value);
  }
  return undefined;
}

function fromRecord(clientId: string, value: JsonObject): StaticClient {
  const metadata = Object.fromEntries(Object.entries(value).filter(([name]) => !NO_METADATA.includes(name)));
  const { owner } = value;
  return {
    clientId,
    metadata,
    ...secretOf(value["client_secret"]),
    ...(typeof owner === "string" && owner !== "" && { administration: { owner: owner.slice(0, 200) } }),
  };
}

/** The flows of Keycloak that are on, as grant types. What is off by default there is off where it is not named. */
function fromKeycloak(clientId: string, value: JsonObject): StaticClient {
  const grantTypes = [
    ...(value["standardFlowEnabled"] !== false ? ["authorization_code", "refresh_token"] : []),
    ...(value["serviceAccountsEnabled"] === true ? ["client_credentials"] : []),
  ];
  const methods: Readonly<Record<string, string>> = {
    '"client-secret"': "client_secret_basic",
    '"client-jwt"': "private_key_jwt",
    '"client-x509"': "tls_client_auth",
  };
  const method = methods[JSON.stringify(value["clientAuthenticatorType"] ?? "client-secret")];
  const scopes = [value["defaultClientScopes"], value["optionalClientScopes"]].flatMap((list) =>
    Array.isArray(list) ? list.filter((scope) => typeof scope === "string") : [],
  );
  const { name, rootUrl, redirectUris = [] } = value;
  return {
    clientId,
    metadata: {
      redirect_uris: (redirectUris as readonly unknown[]).map((uri) => absolute(uri, rootUrl)),
      grant_types: grantTypes,
      token_endpoint_auth_method: value["publicClient"] === true ? "none" : (method ?? "client_secret_basic"),
      ...(typeof name === "string" && name !== "" && { client_name: name }),
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    },
    ...(value["publicClient"] === true ? {} : secretOf(value["secret"])),
  };
}

/** Keycloak's redirect URIs may stand behind the client's root URL. */
function absolute(uri: unknown, rootUrl: unknown): unknown {
  return typeof uri === "string" && uri.startsWith("/") && typeof rootUrl === "string" ? rootUrl + uri : uri;
}

function secretOf(secret: unknown): { readonly clientSecret?: string } {
  return typeof secret === "string" && secret.length >= 32 && secret.length <= 512
    ? { clientSecret: secret }
    : {};
}
