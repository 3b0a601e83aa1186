import { Hono } from "hono";
import { registration } from "./registration.js";

/** The document that your server publishes already. */
const yours = {
  issuer: "https://as.example",
  authorization_endpoint: "https://as.example/authorize",
  token_endpoint: "https://as.example/token",
  authorization_response_iss_parameter_supported: true,
};
const merged = registration.mergeServerMetadata(yours);

export const app = new Hono().get("/.well-known/oauth-authorization-server", (c) => c.json(merged));
