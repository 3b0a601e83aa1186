import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startServer } from "@oauth-dcr/example-oidc-provider";
import { describe, expect, it } from "vitest";
import { ended, written } from "../adapters/support/child.js";
import { exampleOptions } from "./support/running-example.js";
import { discover, register } from "./support/oauth-client.js";
import { exampleSuite } from "./support/example-suite.js";

describe("examples/oidc-provider", () => {
  exampleSuite(startServer, "openid");

  it("publishes one document at both addresses, and in it what the registration enforces", async () => {
    const example = await startServer(exampleOptions());
    const at = async (name: string) =>
      (await (await fetch(`${example.origin}/.well-known/${name}`)).json()) as Record<string, unknown>;
    const published = await at("openid-configuration");
    expect(await at("oauth-authorization-server")).toEqual(published);
    const { authorizationServerMetadata: ours } = example.registration;
    for (const member of [
      "issuer",
      "registration_endpoint",
      "scopes_supported",
      "response_types_supported",
      "grant_types_supported",
      "token_endpoint_auth_methods_supported",
      "code_challenge_methods_supported",
      "id_token_signing_alg_values_supported",
      "subject_types_supported",
      "client_id_metadata_document_supported",
    ]) {
      expect(published[member], member).toEqual(ours[member]);
    }
    await example.close();
  });

  it("has no client without a scope", async () => {
    const example = await startServer(exampleOptions());
    const metadata = { redirect_uris: ["https://app.example/callback"], scope: "nonsense" };
    const refused = register(await discover(example.origin), metadata);
    await expect(refused).rejects.toThrow(/^400: .*invalid_client_metadata.*scope must name one/);
    await example.close();
  });

  it("starts as a process", async () => {
    const main = fileURLToPath(new URL("../../examples/oidc-provider/dist/main.js", import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "test", PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const discovery = await written(child, child.stdout, /OpenID provider on (\S+)\n/);
    expect((await fetch(discovery)).status).toBe(200);
    await ended(child);
  });
});
