import type { MetadataMember } from "../../src/client-metadata/member-table.js";
import type { JsonObject, JsonValue } from "../../src/lib/json.js";

export const RSA_KEY = { kty: "RSA", kid: "r1", use: "sig", alg: "RS256", n: "0vx7agoebGcQ", e: "AQAB" };
export const EC_KEY = {
  kty: "EC",
  kid: "e1",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
  y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
};
export const OKP_KEY = {
  kty: "OKP",
  kid: "o1",
  crv: "Ed25519",
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
};

const KEYS = { jwks: { keys: [EC_KEY] } };

const HASH = "#47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

/** Where the kind alone does not say what a good value is. All of them go together with one secret client. */
const BY_NAME: Readonly<Record<string, JsonValue>> = {
  token_endpoint_auth_method: "client_secret_basic",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  request_uris: ["https://app.example/some/file.jwt", `https://app.example/other.jwt${HASH}`],
  subject_types_supported: ["pairwise", "public"],
  token_endpoint_auth_methods_supported: ["client_secret_basic", "none"],
  backchannel_token_delivery_mode: "push",
  tls_client_auth_subject_dn: "CN=client,O=Example\\, Inc.,C=JP",
  tls_client_auth_san_dns: "client.app.example",
  tls_client_auth_san_uri: "spiffe://app.example/client",
  tls_client_auth_san_ip: "2001:db8::1",
  tls_client_auth_san_email: "client@app.example",
};

/** What a member cannot do without. */
export function companionsOf(name: string): JsonObject {
  if (name.startsWith("tls_client_auth_")) return { token_endpoint_auth_method: "tls_client_auth" };
  if (name === "backchannel_token_delivery_mode") {
    return { backchannel_client_notification_endpoint: "https://app.example/ciba" };
  }
  if (name.endsWith("_enc")) return { [name.replace(/enc$/, "alg")]: "RSA-OAEP-256", ...KEYS };
  if (/_encrypted_response_|request_(?:object_)?signing_alg/.test(name)) return KEYS;
  return {};
}

function goodToken(name: string): string {
  if (/_enc(?:_|$)/.test(name)) return "A128GCM";
  return name.includes("encrypt") ? "RSA-OAEP-256" : "RS256";
}

/** A value that the member's kind admits. */
export function goodValue({ name, kind }: MetadataMember): JsonValue {
  const named = BY_NAME[name];
  if (named !== undefined) return named;
  switch (kind) {
    case "text":
      return "Some text, in some language: \u65e5\u672c\u8a9e";
    case "text_list":
      return ["one value", "another"];
    case "token":
      return goodToken(name);
    case "token_list":
      return [goodToken(name), "urn:example:token"];
    case "boolean":
      return false;
    case "seconds":
      return 0;
    case "application_type":
      return "web";
    case "subject_type":
      return "pairwise";
    case "scope":
      return "read write";
    case "page_uri":
      return "http://www.app.example/about?lang=en#top";
    case "https_uri":
    case "document_uri":
      return "https://app.example/some/file.json";
    case "document_uri_list":
      return ["https://app.example/some/file.json", "https://app.example/other#top"];
    case "redirect_uri_list":
      return ["https://app.example/callback", "https://app.example/other?tenant=7"];
    case "json_web_key_set":
      return { keys: [RSA_KEY, EC_KEY, OKP_KEY] };
    case "object":
      return { jwt_vc_json: { alg_values: ["ES256"] } };
  }
}
