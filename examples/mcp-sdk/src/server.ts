import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { requireBearerAuth } from "@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js";
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthRouter,
} from "@modelcontextprotocol/sdk/server/auth/router.js";
import type { ClientRegistration } from "@oauth-dcr/core";
import { consentLedger } from "@oauth-dcr/core/consent";
import { toNodeHandler } from "@oauth-dcr/node";
import express from "express";
import { Consents } from "./consents.js";
import { authorizationGate, clientGate } from "./gates.js";
import { Grants } from "./grants.js";
import { mcpEndpoint } from "./mcp-endpoint.js";
import { oauthProvider } from "./provider.js";
import { testRegistration, REQUIRED_SCOPES, type TestRegistrationOptions } from "./registration.js";

export interface ExampleServer {
  readonly origin: string;
  readonly mcpUrl: URL;
  readonly registration: ClientRegistration;
  close(): Promise<void>;
}

/** An authorization server, and the MCP server that it protects, on one port of this machine. */
export async function startServer({
  port,
  ...options
}: TestRegistrationOptions & { port: number }): Promise<ExampleServer> {
  const app = express();
  const server = app.listen(port, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuerUrl = new URL(origin);
  const mcpUrl = new URL("/mcp", origin);

  const grants = new Grants(options.clock);
  // The SDK writes the issuer as `href`, with a slash at its end, into what it publishes: so do we.
  const registration = testRegistration(issuerUrl.href, grants, options);
  const { store, audit, clock } = options;
  const ledger = consentLedger({ registration, consents: store.consents, audit, clock });
  const consents = new Consents(ledger, grants);
  const provider = oauthProvider({ registration, grants, consents, resource: mcpUrl });

  // Ours before theirs, which have a discovery document too: one that knows less.
  const clientRegistration = toNodeHandler(registration);
  app.use("/register", clientRegistration); // and /register/CLIENT_ID
  app.all("/.well-known/oauth-authorization-server", clientRegistration);
  app.use("/authorize", authorizationGate(registration));
  app.use(["/token", "/revoke"], clientGate(registration));
  app.post("/consent", express.urlencoded({ extended: false }), (req, res) => consents.answer(req, res));

  app.use(
    mcpAuthRouter({ provider, issuerUrl, resourceServerUrl: mcpUrl, scopesSupported: REQUIRED_SCOPES }),
  );
  const protection = {
    verifier: provider,
    requiredScopes: REQUIRED_SCOPES,
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(mcpUrl),
    expectedResource: mcpUrl,
  };
  app.all("/mcp", requireBearerAuth(protection), mcpEndpoint());

  return {
    origin,
    mcpUrl,
    registration,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await registration.auditDelivery.flush();
      await ledger.auditDelivery.flush();
    },
  };
}
