import { SUPPORTED_LISTS } from "../client-metadata/members.js";
import type { SupportedMetadata } from "../client-metadata/supported-metadata.js";
import type { JsonValue } from "../lib/json.js";
import { nearestName } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { isScopeToken } from "../scope/scope.js";
import { isLoopbackHost } from "../uri/host.js";
import { parseStrictUri } from "../uri/strict-uri.js";

/**
 * The authorization server's discovery document: one object that is published and by which registrations are narrowed.
 * Members that are not named here are published as they are.
 *
 * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export interface AuthorizationServerMetadata extends Partial<SupportedMetadata> {
  /** HTTPS (or HTTP on a loopback host, for development), without query and fragment. */
  readonly issuer: string;
  /** Public URL of the registration endpoint. Default: the issuer with `/register` appended. */
  readonly registration_endpoint?: string;
  /** Required by RFC 8414 for servers with the code flow; clients look for it here. */
  readonly authorization_endpoint?: string;
  /** Required by RFC 8414; clients look for it here. */
  readonly token_endpoint?: string;
  /** The PKCE methods of the authorization endpoint, such as `["S256"]`. */
  readonly code_challenge_methods_supported?: readonly string[];
  readonly [member: string]: JsonValue | undefined;
}

/** A discovery document in which everything that is enforced is said. */
export type CompleteServerMetadata = AuthorizationServerMetadata &
  SupportedMetadata & { readonly registration_endpoint: string };

/**
 * Fills in what was left out, so that the document says everything that is enforced.
 *
 * @throws MisuseError when a member makes no sense
 */
export function completeServerMetadata(given: AuthorizationServerMetadata): CompleteServerMetadata {
  for (const member of Object.keys(given)) {
    const meant = ENFORCED.includes(member) ? undefined : nearestName(member, ENFORCED, 1);
    requireThat(
      meant === undefined,
      "ERR_SERVER_METADATA",
      `authorizationServer: ${member} is no member of a discovery document; did you mean ${meant}?`,
    );
  }
  requirePublicUrl("issuer", given.issuer);
  const metadata = {
    ...given,
    registration_endpoint: given.registration_endpoint ?? `${given.issuer.replace(/\/$/, "")}/register`,
    scopes_supported: given.scopes_supported ?? [],
    response_types_supported: given.response_types_supported ?? ["code"],
    grant_types_supported: given.grant_types_supported ?? ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: given.token_endpoint_auth_methods_supported ?? [
      "client_secret_basic",
    ],
  };
  for (const member of ["registration_endpoint", "authorization_endpoint", "token_endpoint"] as const) {
    if (metadata[member] !== undefined) requirePublicUrl(member, metadata[member]);
  }
  const published = SUPPORTED_LISTS.filter((member) => metadata[member] !== undefined);
  for (const member of [...LISTS, ...published]) {
    const values: unknown = metadata[member];
    const isList =
      Array.isArray(values) && values.every((value) => typeof value === "string" && value !== "");
    requireThat(isList, "ERR_SERVER_METADATA", `authorizationServer.${member}: must be a list of strings`);
  }
  requireThat(
    metadata.scopes_supported.every(isScopeToken),
    "ERR_SERVER_METADATA",
    "authorizationServer.scopes_supported: must be scope tokens (RFC 6749 section 3.3)",
  );
  for (const member of ["grant_types_supported", "token_endpoint_auth_methods_supported"] as const) {
    requireThat(
      metadata[member].length > 0,
      "ERR_SERVER_METADATA",
      `authorizationServer.${member}: must not be empty`,
    );
  }
  const { token_endpoint_auth_signing_alg_values_supported: algorithms = [] } = metadata;
  const needsAlgorithms = metadata.token_endpoint_auth_methods_supported.includes("private_key_jwt");
  requireThat(
    !algorithms.includes("none") && (algorithms.length > 0 || !needsAlgorithms),
    "ERR_SERVER_METADATA",
    "authorizationServer.token_endpoint_auth_signing_alg_values_supported: must be given with private_key_jwt, and without none (RFC 8414 section 2)",
  );
  requireThat(
    !metadata.token_endpoint_auth_methods_supported.includes("client_secret_jwt"),
    "ERR_CLIENT_SECRET_JWT",
    "authorizationServer.token_endpoint_auth_methods_supported: client_secret_jwt needs a recoverable secret, and secrets are stored as hashes",
  );
  return metadata;
}

const LISTS = ["scopes_supported", "response_types_supported", "grant_types_supported"] as const;

/** Members that decide what a registration gets. A misspelt one would be published, and would not be enforced. */
const ENFORCED: readonly string[] = [
  ...["issuer", "registration_endpoint", "authorization_endpoint", "token_endpoint"],
  "code_challenge_methods_supported",
  ...LISTS,
  ...SUPPORTED_LISTS,
];

function requirePublicUrl(member: string, value: unknown): void {
  const parsed = typeof value === "string" ? parseStrictUri(value, 2048) : undefined;
  const uri = parsed?.ok ? parsed.value : undefined;
  requireThat(
    uri !== undefined &&
      (uri.scheme === "https" || (uri.scheme === "http" && isLoopbackHost(uri.host))) &&
      (uri.query === "" || member === "authorization_endpoint" || member === "token_endpoint") &&
      uri.fragment === "",
    "ERR_PUBLIC_URL",
    `authorizationServer.${member}: must be an https URL without fragment, and in general without query (http on a loopback host alone)`,
  );
}

/**
 * The document as JSON, without empty lists.
 * @see RFC 8414 section 3.2 https://www.rfc-editor.org/rfc/rfc8414#section-3.2
 */
export function serverMetadataDocument(metadata: CompleteServerMetadata): string {
  return JSON.stringify(metadata, (_, value: unknown) =>
    Array.isArray(value) && value.length === 0 ? undefined : value,
  );
}
