import {
  discoverAuthorizationServerMetadata,
  registerClient,
} from "@modelcontextprotocol/sdk/client/auth.js";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type ServerProcess } from "../support/oauth-dcr-process.js";

/** Real client libraries against the real server, over loopback HTTP. Each checks our answers by its own rules. */
describe("client libraries register and accept our answers", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    const endpoints = [
      "--authorization-endpoint",
      "https://as.example/authorize",
      "--token-endpoint",
      "https://as.example/token",
    ];
    server = await startServer(["--database", "memory:", ...endpoints]);
  });
  afterAll(() => server.end());

  const native = {
    redirect_uris: ["http://localhost:3118/callback"],
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    client_name: "A library",
  };
  const confidential = { redirect_uris: ["https://app.example/callback"], client_name: "Ein Dienst" };

  it("@modelcontextprotocol/sdk", async () => {
    const metadata = await discoverAuthorizationServerMetadata(server.origin);
    expect(metadata?.registration_endpoint).toBe(`${server.origin}/register`);
    const known = await registerClient(server.origin, { metadata: metadata!, clientMetadata: native });
    expect(known).toMatchObject({ ...native, scope: "tools:read tools:execute" });
    expect(known.client_secret).toBeUndefined();

    const withoutDiscovery = await registerClient(server.origin, {
      clientMetadata: confidential,
      scope: "tools:read",
    });
    expect(withoutDiscovery).toMatchObject({ scope: "tools:read", client_secret_expires_at: 0 });
    expect(withoutDiscovery.client_secret).toHaveLength(43);
  });

  it("@modelcontextprotocol/sdk, told what is wrong", async () => {
    const clientMetadata = { ...native, redirect_uris: ["http://app.example/callback"] };
    await expect(registerClient(server.origin, { clientMetadata })).rejects.toThrow(
      /redirect_uris\[0\] must use https/,
    );
  });

  it("oauth4webapi", async () => {
    const issuer = new URL(server.origin);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const discovered = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: "oauth2" });
    const as = await oauth.processDiscoveryResponse(issuer, discovered);
    const registered = async (metadata: Record<string, oauth.JsonValue>) =>
      oauth.processDynamicClientRegistrationResponse(
        await oauth.dynamicClientRegistrationRequest(as, metadata, insecure),
      );
    expect(await registered(native)).toMatchObject(native);
    expect(await registered(confidential)).toMatchObject({
      ...confidential,
      token_endpoint_auth_method: "client_secret_basic",
      client_secret_expires_at: 0,
    });
    const refused = await registered({ redirect_uris: ["javascript:alert(1)"] }).catch(
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ error: "invalid_redirect_uri", status: 400 });
  });

  it("openid-client", async () => {
    const configuration = await openid.dynamicClientRegistration(
      new URL(server.origin),
      native,
      openid.None(),
      {
        algorithm: "oauth2",
        execute: [openid.allowInsecureRequests],
      },
    );
    expect(configuration.clientMetadata()).toMatchObject({ ...native, application_type: "native" });
    expect(configuration.serverMetadata().issuer).toBe(server.origin);
  });
});
