import { openRegistration } from "../access/open-registration.js";
import type { LimitedRegistration } from "../access/rate-limited.js";
import { requireSoftwareStatement } from "../access/require-software-statement.js";
import type { ClientRegistrationOptions } from "../configuration/options.js";
import { PRESET_LIMITS } from "../configuration/preset-limits.js";
import type { Preset } from "../configuration/presets.js";
import type { AuthorizationServerMetadata } from "../discovery/authorization-server-metadata.js";
import type { ReplayStore } from "../json-web-token/replay-store.js";
import type { TrustedIssuer } from "../json-web-token/trusted-issuer.js";
import { requireKnownOptions } from "../lib/known-options.js";
import type { PolicyLists } from "../policy/policy-table.js";
import { redirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { httpsRedirects } from "../redirect-uri/redirect-uri-profile.js";
import {
  softwareStatements,
  type SoftwareStatementsOptions,
} from "../software-statement/software-statements.js";
import { openBankingPolicy, ROLES, type ScopesByRole } from "./open-banking-policy.js";
import { openBankingStatements } from "./open-banking-statements.js";

/** Options of `openBankingPreset`. */
export interface OpenBankingOptions extends Pick<
  SoftwareStatementsOptions,
  "guardedFetch" | "maxAgeSeconds" | "approve"
> {
  /** The directories whose software statements are taken. `algorithms` is PS256 unless you name others. */
  readonly trustedIssuers: readonly TrustedIssuer[];
  /** The limit of requests. What identifies the caller, a statement and a signature, is verified after it. */
  readonly rateLimiter: LimitedRegistration["rateLimiter"];
  /** Remembers used requests; shared by all processes that answer for one registration endpoint. */
  readonly replay: ReplayStore;
  /** What `aud` of a signed request has to name. Default: the issuer. */
  readonly audience?: string | readonly string[];
  /**
   * The claim of a statement with the URL of the software's JWK Set. Default `software_jwks_endpoint`, as in the United
   * Kingdom; Brazil has `software_jwks_uri`.
   */
  readonly jwksUriClaim?: string;
  /**
   * The scopes that a role in `software_roles` of the statement permits. A scope that is listed here needs one of its roles;
   * any other needs none. Default: `accounts` for AISP, `payments` for PISP, `fundsconfirmations` for CBPII.
   */
  readonly scopesByRole?: ScopesByRole;
  /** Your policies, after that of the profile. Give them here: `policies` below the spread would replace it. */
  readonly policies?: PolicyLists;
}

/** The part of the options that `openBankingPreset` answers. */
export type OpenBankingPreset = Preset &
  Pick<ClientRegistrationOptions, "extensionMembers"> &
  Required<Pick<ClientRegistrationOptions, "access" | "softwareStatements" | "policies">>;

const UNITED_KINGDOM: ScopesByRole = {
  AISP: ["accounts"],
  PISP: ["payments"],
  CBPII: ["fundsconfirmations"],
};
const PS256 = ["PS256"];

/**
 * For banks in a scheme of open banking (FAPI): registration by a software statement of a directory, in a body that the
 * software has signed with a key which the statement names. Clients authenticate by `private_key_jwt` or `tls_client_auth`,
 * every signature is PS256, request objects are signed, and redirect URIs are https and among those of the statement. A
 * client that asks for no scope gets none. An update needs a statement and a signature again.
 *
 * Names, addresses, keys and roles of the statement win over what the client says. The response type is `code`; for the
 * hybrid flow add `code id_token` and the grant type `implicit`. Verify `private_key_jwt` with `privateKeyJwt`, beside it.
 *
 * @example
 * ```ts
 * import { createClientRegistration } from "@oauth-dcr/core";
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { memoryRateLimiter, memoryReplayStore, memoryStore } from "@oauth-dcr/core/memory";
 * import { openBankingPreset } from "@oauth-dcr/core/open-banking";
 *
 * export const registration = createClientRegistration({
 *   ...openBankingPreset(
 *     { issuer: "https://bank.example", scopes_supported: ["openid", "accounts", "payments"] },
 *     {
 *       trustedIssuers: [{ issuer: "Directory", keys: { jwksUri: "https://directory.example/jwks" } }],
 *       guardedFetch: guardedFetch({ connection: webConnection() }),
 *       rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }),
 *       replay: memoryReplayStore(),
 *     },
 *   ),
 *   store: memoryStore(),
 *   audit: (event) => console.log(JSON.stringify(event)),
 * });
 * ```
 * @throws MisuseError for options that make no sense
 * @see RFC 7591 section 2.3 https://www.rfc-editor.org/rfc/rfc7591#section-2.3
 * @see FAPI 1.0 Part 2 section 5.2.2 https://openid.net/specs/openid-financial-api-part-2-1_0.html#authorization-server
 */
export function openBankingPreset(
  authorizationServer: AuthorizationServerMetadata,
  options: OpenBankingOptions,
): OpenBankingPreset {
  requireKnownOptions("openBankingPreset", options, [
    "trustedIssuers",
    "rateLimiter",
    "replay",
    "guardedFetch",
    "maxAgeSeconds",
    "approve",
    "audience",
    "jwksUriClaim",
    "scopesByRole",
    "policies",
  ] satisfies (keyof OpenBankingOptions)[]);
  const { guardedFetch, maxAgeSeconds, approve, rateLimiter, replay, policies = {} } = options;
  const { jwksUriClaim = "software_jwks_endpoint", audience = authorizationServer.issuer } = options;
  const verifier = softwareStatements({
    // What is no list is told of by the verifier.
    trustedIssuers: Array.isArray(options.trustedIssuers)
      ? options.trustedIssuers.map((trusted: TrustedIssuer) => ({ algorithms: PS256, ...trusted }))
      : options.trustedIssuers,
    audience,
    redirectUrisClaim: "software_redirect_uris",
    signedRequests: { jwksUriClaim, replay, algorithms: PS256 },
    ...(guardedFetch && { guardedFetch }),
    ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    ...(approve && { approve }),
  });
  return {
    authorizationServer: {
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
      token_endpoint_auth_methods_supported: ["private_key_jwt", "tls_client_auth"],
      token_endpoint_auth_signing_alg_values_supported: PS256,
      id_token_signing_alg_values_supported: PS256,
      request_object_signing_alg_values_supported: PS256,
      require_signed_request_object: true,
      tls_client_certificate_bound_access_tokens: true,
      code_challenge_methods_supported: ["S256"],
      ...authorizationServer,
    },
    redirectUris: redirectUriPolicy(httpsRedirects),
    defaultScopes: [],
    unsupportedMetadata: "refuse",
    wrongApplicationType: "refuse",
    extensionMembers: [{ name: ROLES, kind: "token_list" }],
    access: requireSoftwareStatement(openRegistration({ rateLimiter })),
    softwareStatements: openBankingStatements(verifier, jwksUriClaim),
    policies: {
      ...policies,
      every: [openBankingPolicy(options.scopesByRole ?? UNITED_KINGDOM), ...(policies.every ?? [])],
    },
    ...PRESET_LIMITS,
  };
}
