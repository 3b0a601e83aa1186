import { needsClientKeys } from "./authentication-method.js";
import type { CompleteMetadata } from "./defaults.js";
import type { SentMembers } from "./normalise.js";
import type { Findings } from "./finding.js";
import { supportsResponseType, type SupportedMetadata } from "./supported-metadata.js";

/**
 * The grant types that a response type needs.
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function grantTypesNeededBy(responseType: string): readonly string[] {
  if (responseType === "code") return CODE;
  const grants = /(?:^| )(?:code|none)(?: |$)/.test(responseType) ? CODE : [];
  return /(?:^| )(?:token|id_token)(?: |$)/.test(responseType) ? [...grants, "implicit"] : grants;
}

const CODE = ["authorization_code"];

/** Whether a grant type starts at the authorization endpoint and so needs a redirect URI. */
function usesRedirect(grantType: string): boolean {
  return grantType === "authorization_code" || grantType === "implicit";
}

/**
 * Whether the members of one body agree with each other. A value that the server does not have is passed over here: what
 * becomes of it is for `narrowToSupported` to say.
 *
 * @see RFC 7591 section 2.1 https://www.rfc-editor.org/rfc/rfc7591#section-2.1
 */
export function checkConsistency(
  asked: CompleteMetadata,
  sent: SentMembers,
  supported: SupportedMetadata,
  findings: Findings,
): void {
  const { grant_types, response_types, token_endpoint_auth_method } = asked;

  const needed = response_types.map(grantTypesNeededBy);
  needed.forEach((grants, i) => {
    const type = response_types[i] ?? "";
    const agrees = grants.every((grant) => grant_types.includes(grant));
    if (!agrees && supportsResponseType(supported, type)) {
      findings.error("response_types", "metadata.inconsistent", `response_types[${i}]`);
    }
  });
  grant_types.forEach((grant, i) => {
    const agrees = !usesRedirect(grant) || needed.some((grants) => grants.includes(grant));
    if (!agrees && supported.grant_types_supported.includes(grant)) {
      findings.error("grant_types", "metadata.inconsistent", `grant_types[${i}]`);
    }
  });
  if (grant_types.some(usesRedirect) && !sent.has("redirect_uris")) {
    findings.error("redirect_uris", "metadata.required");
  }

  // RFC 6749 section 4.4: the client credentials grant is for confidential clients alone.
  if (token_endpoint_auth_method === "none" && grant_types.includes("client_credentials")) {
    findings.error("token_endpoint_auth_method", "metadata.inconsistent");
  }
  // Without grants it can only authenticate, such as to the introspection endpoint.
  if (token_endpoint_auth_method === "none" && grant_types.length === 0) {
    findings.error("token_endpoint_auth_method", "metadata.inconsistent");
  }
  if (sent.has("jwks") && sent.has("jwks_uri")) findings.error("jwks", "jwks.with_jwks_uri");
  if (needsClientKeys(token_endpoint_auth_method) && !sent.has("jwks") && !sent.has("jwks_uri")) {
    findings.error("token_endpoint_auth_method", "jwks.required");
  }
}
