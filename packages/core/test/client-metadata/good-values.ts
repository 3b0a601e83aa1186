import type { MetadataMember } from "../../src/client-metadata/members.js";
import type { JsonValue } from "../../src/json.js";

export const RSA_KEY = { kty: "RSA", kid: "r1", use: "sig", alg: "RS256", n: "0vx7agoebGcQ", e: "AQAB" };
export const EC_KEY = {
  kty: "EC",
  kid: "e1",
  crv: "P-256",
  x: "MKBCTNIcKUSDii11ySs3",
  y: "4Etl6SRW2YiLUrN5vfvV",
};
export const OKP_KEY = { kty: "OKP", kid: "o1", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQH" };

/** Where the kind alone does not say what a good value is. */
const BY_NAME: Readonly<Record<string, JsonValue>> = {
  token_endpoint_auth_method: "client_secret_basic",
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
};

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
      return "RS256";
    case "token_list":
      return ["RS256", "urn:example:token"];
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
      return "https://app.example/some/file.json";
    case "https_uri_list":
      return ["https://app.example/some/file.json", "https://app.example/other#sha256"];
    case "redirect_uri_list":
      return ["https://app.example/callback", "https://app.example/other?tenant=7"];
    case "json_web_key_set":
      return { keys: [RSA_KEY, EC_KEY, OKP_KEY] };
    case "object":
      return { jwt_vc_json: { alg_values: ["ES256"] } };
  }
}
