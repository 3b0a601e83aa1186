import {
  assessClientMetadata,
  type ClientMetadataRules,
} from "../../src/client-metadata/assess-client-metadata.js";
import type { Finding } from "../../src/client-metadata/finding.js";
import type { MetadataMember } from "../../src/client-metadata/member-table.js";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import type { JsonObject } from "../../src/lib/json.js";
import { redirectUriPolicy } from "../../src/redirect-uri/redirect-uri-policy.js";
import { mcpRedirects } from "../../src/redirect-uri/redirect-uri-profile.js";

/** A server that has nearly everything, so that a test meets the rule that it is about. */
export const GENEROUS: ClientMetadataRules["supported"] = {
  scopes_supported: ["read", "write", "profile"],
  response_types_supported: ["code", "token", "id_token", "id_token token", "code id_token", "none"],
  grant_types_supported: ["authorization_code", "implicit", "refresh_token", "client_credentials"],
  authorization_details_types_supported: ["RS256", "urn:example:token"],
  token_endpoint_auth_methods_supported: [
    "none",
    "client_secret_basic",
    "private_key_jwt",
    "self_signed_tls_client_auth",
    "tls_client_auth",
  ],
};

export const TABLE: ReadonlyMap<string, MetadataMember> = new Map(
  REGISTERED_MEMBERS.map((member) => [member.name, member]),
);

export function assess(body: JsonObject, rules: Partial<ClientMetadataRules> = {}) {
  const { metadata, findings } = assessClientMetadata(body, {
    members: TABLE,
    redirectUris: redirectUriPolicy(mcpRedirects),
    supported: GENEROUS,
    unsupportedMetadata: "narrow",
    wrongApplicationType: "refuse",
    defaultScopes: [],
    ...rules,
  });
  return { metadata, findings, errors: spots(findings, "error"), warnings: spots(findings, "warning") };
}

/** Each finding as its place and its rule. */
function spots(findings: readonly Finding[], severity: Finding["severity"]): string[] {
  return findings
    .filter((finding) => finding.severity === severity)
    .map(({ place, rule }) => `${place} ${rule}`);
}

/** The least that registers. */
export const CALLBACK = { redirect_uris: ["https://app.example/callback"] };

/** The least that registers with algorithms that work with keys of the client. */
export const KEYED = { ...CALLBACK, jwks_uri: "https://app.example/jwks" };
