// The registration endpoints of other libraries, each as its documents show it and without a rate limit.
import { register } from "node:module";
import { createServer } from "node:http";
import { clientRegistrationHandler } from "@modelcontextprotocol/sdk/server/auth/handlers/register.js";
import express from "express";
import { serve } from "@hono/node-server";
import { listen, tellUsage } from "../servers/serve.mjs";

const [kind] = process.argv.slice(2);

const kinds = {
  "@modelcontextprotocol/sdk"() {
    const clients = new Map();
    const clientsStore = {
      getClient: (id) => clients.get(id),
      registerClient(client) {
        clients.set(client.client_id, client);
        return client;
      },
    };
    const app = express();
    app.use("/register", clientRegistrationHandler({ clientsStore, rateLimit: false }));
    listen(createServer(app));
  },
  async "oidc-provider"() {
    const { Provider } = await import("oidc-provider");
    const provider = new Provider("http://127.0.0.1", {
      features: { registration: { enabled: true }, devInteractions: { enabled: false } },
      routes: { registration: "/register" },
      clientDefaults: { id_token_signed_response_alg: "RS256" },
    });
    listen(createServer(provider.callback()));
  },
  async "@cloudflare/workers-oauth-provider"() {
    // It is written for Workers: their module and their store are stood in for by the least that registration needs.
    const stub = "export class WorkerEntrypoint {} export class DurableObject {}";
    const hooks = `export async function resolve(name, context, next) {
      return name === "cloudflare:workers" ? { url: "data:text/javascript,${encodeURIComponent(stub)}", shortCircuit: true } : next(name, context);
    }`;
    register(`data:text/javascript,${encodeURIComponent(hooks)}`);
    const { OAuthProvider } = await import("@cloudflare/workers-oauth-provider");
    const values = new Map();
    const OAUTH_KV = {
      get: async (key, { type } = {}) =>
        type === "json" ? JSON.parse(values.get(key) ?? "null") : values.get(key),
      put: async (key, value) => void values.set(key, value),
      delete: async (key) => void values.delete(key),
      list: async () => ({ keys: [], list_complete: true }),
    };
    const other = { fetch: () => new Response(null, { status: 404 }) };
    const provider = new OAuthProvider({
      resourceMetadata: { resource: "http://127.0.0.1/api/" },
      apiRoute: "/api/",
      apiHandler: other,
      defaultHandler: other,
      authorizeEndpoint: "/authorize",
      tokenEndpoint: "/token",
      clientRegistrationEndpoint: "/register",
    });
    const context = { waitUntil: () => undefined, passThroughOnException: () => undefined, props: {} };
    serve(
      { fetch: (request) => provider.fetch(request, { OAUTH_KV }, context), port: 0, hostname: "127.0.0.1" },
      ({ port }) => tellUsage(port),
    );
  },
};
await kinds[kind]();
