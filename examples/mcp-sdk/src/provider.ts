import {
  InvalidClientError,
  InvalidGrantError,
  InvalidScopeError,
  InvalidTargetError,
  InvalidTokenError,
} from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type {
  AuthorizationParams,
  OAuthServerProvider,
} from "@modelcontextprotocol/sdk/server/auth/provider.js";
import type { AuthInfo } from "@modelcontextprotocol/sdk/server/auth/types.js";
import type { OAuthTokenRevocationRequest, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { ClientRegistration } from "@oauth-dcr/core";
import type { Response } from "express";
import type { Consents } from "./consents.js";
import { ACCESS_TOKEN_SECONDS, type Grant, type Grants } from "./grants.js";
import { clientLookup, type KnownClient } from "./known-client.js";

export interface ProviderParts {
  readonly registration: ClientRegistration;
  readonly grants: Grants;
  readonly consents: Consents;
  /** The one server that tokens are for. */
  readonly resource: URL;
}

/** Codes and tokens for the SDK's endpoints. Clients come from the server. */
export function oauthProvider({
  registration,
  grants,
  consents,
  resource,
}: ProviderParts): OAuthServerProvider {
  function granted(client: KnownClient, asked: readonly string[] = []): readonly string[] {
    const registered = client.registered.metadata.scope?.split(" ") ?? [];
    if (asked.some((scope) => !registered.includes(scope))) {
      throw new InvalidScopeError("the client has not registered that scope");
    }
    return asked.length > 0 ? asked : registered;
  }

  function requireOurs(asked: URL | undefined): void {
    if (asked && asked.href !== resource.href)
      throw new InvalidTargetError("tokens are for the MCP server alone");
  }

  async function tokensFor(grant: Grant, client: KnownClient): Promise<OAuthTokens> {
    const mayRefresh = client.registered.metadata.grant_types?.includes("refresh_token");
    const tokens = {
      access_token: grants.issueAccessToken(grant),
      token_type: "Bearer",
      expires_in: ACCESS_TOKEN_SECONDS,
      scope: grant.scopes.join(" "),
      ...(mayRefresh && { refresh_token: grants.issueRefreshToken(grant) }),
    };
    // Renews the client, and tells whether it ended a moment ago. Not before there is a new refresh token: the old one is
    // spent, and a client that has expired is kept by a refresh token alone.
    if ((await registration.recordClientUse(client.registered)) === "recorded") return tokens;
    grants.endAllOf(grant.clientId);
    throw new InvalidClientError("the client is not registered any more");
  }

  return {
    // Without `registerClient`: registration is the server's own endpoint.
    clientsStore: { getClient: clientLookup(registration) },

    // PKCE with S256 is what the SDK insists on for everybody, and the ledger knows whom to ask: `client.requirements` can
    // want no more than that.
    async authorize(client: KnownClient, params: AuthorizationParams, res: Response) {
      requireOurs(params.resource);
      const scopes = granted(client, params.scopes);
      await Promise.resolve(consents.ask({ client: client.registered, ...params, scopes }, res));
    },

    challengeForAuthorizationCode(client, code) {
      const request = grants.findCode(code, client.client_id);
      if (!request) return Promise.reject(new InvalidGrantError("the code is unknown"));
      return Promise.resolve(request.codeChallenge);
    },

    async exchangeAuthorizationCode(client: KnownClient, code, _verifier, redirectUri, asked) {
      requireOurs(asked);
      const request = grants.findCode(code, client.client_id);
      const grant = grants.spendCode(code, client.client_id);
      if (!grant || request?.redirectUri !== redirectUri) throw new InvalidGrantError("the code is not good");
      return tokensFor(grant, client);
    },

    async exchangeRefreshToken(client: KnownClient, refreshToken, scopes = [], asked) {
      requireOurs(asked);
      const grant = grants.spendRefreshToken(refreshToken, client.client_id);
      if (!grant) throw new InvalidGrantError("the refresh token is not good");
      if (scopes.some((scope) => !grant.scopes.includes(scope)))
        throw new InvalidScopeError("more than was granted");
      return tokensFor(grant, client);
    },

    verifyAccessToken(token): Promise<AuthInfo> {
      const found = grants.findAccessToken(token);
      if (!found) return Promise.reject(new InvalidTokenError("the token is not good"));
      const { grant, expiresAt } = found;
      return Promise.resolve({
        token,
        clientId: grant.clientId,
        scopes: [...grant.scopes],
        expiresAt,
        resource,
      });
    },

    revokeToken(client, { token }: OAuthTokenRevocationRequest) {
      grants.revoke(token, client.client_id);
      return Promise.resolve();
    },
  };
}
