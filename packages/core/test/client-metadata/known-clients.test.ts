import { describe, expect, it } from "vitest";
import corpus from "../../../../tests/corpus/client-registrations.json" with { type: "json" };
import { mcpPreset } from "../../src/configuration/presets.js";
import { assess } from "./assess.js";

const { authorizationServer } = mcpPreset({ issuer: "https://as.example" });
const supported = {
  scopes_supported: ["read", "write"],
  response_types_supported: authorizationServer.response_types_supported ?? [],
  grant_types_supported: authorizationServer.grant_types_supported ?? [],
  token_endpoint_auth_methods_supported: authorizationServer.token_endpoint_auth_methods_supported ?? [],
};

describe("what clients in the field send", () => {
  it.each(corpus.bodies)("$client is registered with all its redirect URIs", ({ body }) => {
    const { metadata, errors } = assess(body, { supported, wrongApplicationType: "correct" });
    expect(errors).toEqual([]);
    expect(metadata?.redirect_uris).toEqual(body.redirect_uris);
  });

  it.each(corpus.documents)("OIDC-CHOICES $client is good by one of its methods", ({ document }) => {
    const { client_id: _, ...body } = document;
    expect(assess(body, { supported }).metadata?.token_endpoint_auth_method).toBe("none");
  });
});
