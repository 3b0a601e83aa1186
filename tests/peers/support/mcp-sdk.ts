import type { OAuthServerProvider } from "@modelcontextprotocol/sdk/server/auth/provider.js";
import { mcpAuthRouter } from "@modelcontextprotocol/sdk/server/auth/router.js";
import type { OAuthClientInformationFull } from "@modelcontextprotocol/sdk/shared/auth.js";
import express from "express";
import { serveOnLoopback, type Peer } from "./peer.js";

const never = (): Promise<never> => Promise.reject(new Error("not part of registration"));

/** Registration as the SDK's router does it; what comes after it is not asked. */
function provider(): OAuthServerProvider {
  const clients = new Map<string, OAuthClientInformationFull>();
  return {
    clientsStore: {
      getClient: (id) => clients.get(id),
      registerClient: (client) => {
        // The router has made the identifier.
        const registered = client as OAuthClientInformationFull;
        clients.set(registered.client_id, registered);
        return registered;
      },
    },
    authorize: never,
    challengeForAuthorizationCode: never,
    exchangeAuthorizationCode: never,
    exchangeRefreshToken: never,
    verifyAccessToken: never,
  };
}

export const mcpSdk: Peer = {
  name: "MCP TypeScript SDK, mcpAuthRouter",
  packages: ["@modelcontextprotocol/sdk"],
  setup:
    "`mcpAuthRouter` in Express, clients in a `Map`, `scopesSupported`. Its rate limit of 20 registrations an hour is off: with it the checks end early.",
  start: () =>
    serveOnLoopback(
      (origin) =>
        express().use(
          mcpAuthRouter({
            provider: provider(),
            issuerUrl: new URL(origin),
            scopesSupported: ["mcp:tools"],
            clientRegistrationOptions: { rateLimit: false },
          }),
        ),
      // It publishes the issuer so.
      (origin) => `${origin}/`,
    ),
};
