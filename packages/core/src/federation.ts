import { resolveFederationOptions, type FederationOptions } from "./federation/federation-options.js";
import { requireSubordinate } from "./federation/entity-configuration.js";
import { entityConfigurationUrl } from "./federation/entity-identifier.js";
import { federationSigner } from "./federation/federation-key.js";
import { registerEntity, type FederationServer } from "./federation/register-entity.js";
import { ownConfiguration } from "./federation/sign-entity-configuration.js";
import { registrationSigner } from "./federation/sign-registration.js";
import { statementSource } from "./federation/statement-source.js";
import { entityConfigurationEndpoint } from "./http/entity-configuration-endpoint.js";
import { federationEndpoint, type FederationRegistration } from "./http/federation-endpoint.js";

export type { EntityConfigurationOptions } from "./federation/entity-configuration.js";
export type { FederationOptions, TrustAnchor } from "./federation/federation-options.js";
export type { FederationRegistration } from "./http/federation-endpoint.js";

/**
 * Lets members of a federation register by explicit registration. An entity sends its signed entity configuration, and the server
 * admits it if it has a trust chain to one of your trust anchors. The rules and policies of any registration then check the metadata
 * that results from the chain. Pass the result to `createClientRegistration` as the option `federation`.
 *
 * @example
 * ```ts
 * import { federationRegistration } from "@oauth-dcr/core/federation";
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { memoryRateLimiter } from "@oauth-dcr/core/memory";
 *
 * declare const anchorKeys: { keys: { kty: string; kid: string }[] };
 * declare const signingKey: { kty: string; kid: string; alg: string };
 *
 * const federation = federationRegistration({
 *   trustAnchors: [{ entityId: "https://anchor.example", jwks: anchorKeys }],
 *   guardedFetch: guardedFetch({ connection: webConnection() }),
 *   rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }),
 *   signingKey,
 * });
 * ```
 * @throws MisuseError for a missing or invalid option
 * @see OpenID Federation 1.0 section 12.2 https://openid.net/specs/openid-federation-1_0.html#section-12.2
 * @see OpenID Federation for OpenID Connect 1.1, draft 03 https://openid.net/specs/openid-federation-connect-1_1-03.html
 */
export function federationRegistration(options: FederationOptions): FederationRegistration {
  const rules = resolveFederationOptions(options);
  const urlOf = (issuer: string) =>
    rules.registrationEndpoint ?? `${issuer.replace(/\/$/, "")}/federation-registration`;

  return Object.freeze<FederationRegistration>({
    serverMetadata: (issuer) => ({
      federation_registration_endpoint: urlOf(issuer),
      client_registration_types_supported: ["explicit"],
    }),
    endpoint(config) {
      const { serverMetadata, clock } = config;
      const { issuer } = serverMetadata;
      const signer = federationSigner(rules.signingKey);
      const server: FederationServer = {
        issuer,
        rules,
        statementsAt: statementSource(rules.guardedFetch, rules.trustAnchors, config),
        signer: registrationSigner(issuer, signer, clock),
      };
      const registers = federationEndpoint(
        {
          url: urlOf(issuer),
          limits: rules.limits,
          register: (request) => registerEntity(request, server, config),
        },
        config,
      );
      if (!rules.entityConfiguration) return registers;
      requireSubordinate(issuer, rules.entityConfiguration);
      const describes = entityConfigurationEndpoint(
        entityConfigurationUrl(issuer),
        ownConfiguration(serverMetadata, rules.entityConfiguration, signer, clock),
      );
      return (request, context) => describes(request, context) ?? registers(request, context);
    },
  });
}
