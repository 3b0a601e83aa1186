import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { unknownClientPage } from "@oauth-dcr/core/http";
import type { ClientRegistration } from "@oauth-dcr/core";
import { sendResponse, toNodeHandler } from "@oauth-dcr/node";
import express, { type RequestHandler } from "express";
import { interactions } from "./interactions.js";
import { pageFor } from "./pages.js";
import { oidcProvider } from "./provider.js";
import { testRegistration, type TestRegistrationOptions } from "./registration.js";
import { TokenStorage } from "./token-storage.js";

export interface ExampleServer {
  readonly origin: string;
  readonly registration: ClientRegistration;
  close(): Promise<void>;
}

/**
 * A page for the person whom an unknown client, or a known one with a wrong address, has sent here. Who names no scope
 * asks for those it has registered (RFC 6749 section 3.3): oidc-provider has no default and would deny it.
 */
function authorizationGate(registration: ClientRegistration): RequestHandler {
  return async (req, res, next) => {
    const { client_id: clientId, redirect_uri: redirectUri, scope } = req.query;
    const found = await registration.findClient(typeof clientId === "string" ? clientId : "");
    if (!found.ok) return sendResponse(unknownClientPage(found.error, pageFor(req)), res);
    if (registration.redirectUriFor(found.value, redirectUri as string | undefined) === undefined) {
      return sendResponse(unknownClientPage({ kind: "redirect_uri" }, pageFor(req)), res);
    }
    if (scope === undefined) req.url += `&scope=${encodeURIComponent(found.value.metadata.scope ?? "")}`;
    next(); // to oidc-provider, which asks the clientRegistration the same
  };
}

/** oidc-provider and the server beside it, on one port of this machine. */
export async function startServer({
  port,
  ...options
}: TestRegistrationOptions & { port: number }): Promise<ExampleServer> {
  const app = express();
  const server = app.listen(port, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const tokens = new TokenStorage();
  const registration = testRegistration(origin, tokens, options);
  const provider = oidcProvider(origin, registration, tokens);

  app.use("/register", toNodeHandler(registration)); // and /register/CLIENT_ID
  app.get("/auth", authorizationGate(registration));
  app.use(interactions(provider, registration));
  app.use(provider.callback());

  return {
    origin,
    registration,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
      await registration.auditDelivery.flush();
    },
  };
}
