import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startServer } from "@oauth-dcr/example-mcp-sdk";
import { describe, expect, it } from "vitest";
import { ended, written } from "../adapters/support/child.js";
import { Browser } from "./support/browser.js";
import { exampleSuite } from "./support/example-suite.js";
import {
  allowed,
  askForTokens,
  authorizationOf,
  codeIn,
  discover,
  register,
  type Tokens,
} from "./support/oauth-client.js";
import { exampleOptions } from "./support/running-example.js";

describe("examples/mcp-sdk", () => {
  exampleSuite(startServer, "tools:execute");

  it("says of itself what is so: the SDK's own document does not know of registration and Basic", async () => {
    const example = await startServer(exampleOptions());
    const at = async (path: string) =>
      (await (await fetch(`${example.origin}/.well-known/${path}`)).json()) as Record<string, unknown>;
    const metadata = await at("oauth-authorization-server");
    expect(metadata["token_endpoint_auth_methods_supported"]).toContain("client_secret_basic");
    expect(await at("oauth-protected-resource/mcp")).toMatchObject({
      resource: example.mcpUrl.href,
      authorization_servers: [metadata["issuer"]],
    });
    await example.close();
  });

  it("a client's tokens end with it, and when it revokes them", async () => {
    const example = await startServer(exampleOptions());
    const server = await discover(example.origin);
    const metadata = { redirect_uris: ["https://app.example/callback"], client_name: "A service" };
    const login = async () => {
      const client = await register(server, metadata);
      const authorization = authorizationOf(server, client.client_id, client.redirect_uris[0]!);
      const answer = await askForTokens(server, client, await allowed(authorization));
      return { client, token: ((await answer.json()) as Tokens).access_token };
    };
    const statusWith = async (token: string) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      return (await fetch(example.mcpUrl, { method: "POST", headers, body: "{}" })).status;
    };

    const deleted = await login();
    expect(await statusWith(deleted.token)).not.toBe(401);
    const authorization = `Bearer ${deleted.client.registration_access_token!}`;
    await fetch(deleted.client.registration_client_uri!, { method: "DELETE", headers: { authorization } });
    expect(await statusWith(deleted.token)).toBe(401);

    const { client, token } = await login();
    const asked = { ...server, token_endpoint: `${example.origin}/revoke` };
    expect((await askForTokens(asked, { ...client, client_secret: "wrong" }, { token })).status).toBe(401);
    expect(await statusWith(token)).not.toBe(401);
    expect((await askForTokens(asked, client, { token })).status).toBe(200);
    expect(await statusWith(token)).toBe(401);
    await example.close();
  });

  it("8252-5: asks a user once for the same, and again for more, on loopback, and in another browser", async () => {
    const example = await startServer(exampleOptions());
    const server = await discover(example.origin);
    const [callback, loopback] = ["https://app.example/callback", "http://127.0.0.1/callback"];
    const metadata = { redirect_uris: [callback, loopback], token_endpoint_auth_method: "none" };
    const { client_id } = await register(server, metadata);
    const ask = (scope: string, uri = callback) => authorizationOf(server, client_id, uri, { scope });
    const browser = new Browser();
    expect((await browser.decide(ask("tools:execute").url)).searchParams.get("code")).toBeTruthy();

    const second = ask("tools:execute");
    const location = new URL((await browser.open(second.url)).headers.get("location") ?? "");
    expect(location.origin).toBe("https://app.example");
    expect(location.searchParams.get("state")).toBe(second.url.searchParams.get("state"));
    const answer = await askForTokens(server, { client_id }, codeIn(location, second));
    expect(await answer.json()).toMatchObject({ scope: "tools:execute" });

    const wider = await browser.open(ask("tools:execute tools:manage").url);
    expect([wider.status, await wider.text()]).toEqual([
      200,
      expect.stringContaining("More access than before"),
    ]);
    const other = await new Browser().open(ask("tools:execute").url);
    const page = await other.text();
    expect(page).not.toMatch(/than before|somewhere new/);
    const elsewhere = ask("tools:execute", loopback).url;
    expect(await (await browser.open(elsewhere)).text()).toContain("Access goes somewhere new");
    await browser.decide(elsewhere);
    expect((await browser.open(elsewhere)).status).toBe(200);

    // The ticket of another browser's page.
    const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const form = new URLSearchParams({ ticket, decision: "allow" });
    expect((await browser.open(`${example.origin}/consent`, form)).status).toBe(400);
    await example.close();
  });

  it("issues no code for a page that was made before its client was disabled", async () => {
    const example = await startServer(exampleOptions());
    const server = await discover(example.origin);
    const { client_id } = await register(server, { redirect_uris: ["https://app.example/callback"] });
    const { url } = authorizationOf(server, client_id, "https://app.example/callback");
    const browser = new Browser();
    const page = await (await browser.open(url)).text();
    await example.registration.disableClient(client_id);
    const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const form = new URLSearchParams({ ticket, decision: "allow" });
    const answer = await browser.open(`${example.origin}/consent`, form);
    expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    await example.close();
  });

  it("a client that has registered no scope gets none", async () => {
    const example = await startServer(exampleOptions());
    const server = await discover(example.origin);
    const metadata = { redirect_uris: ["https://app.example/callback"], scope: "nonsense" };
    const { client_id } = await register(server, metadata);
    const { url } = authorizationOf(server, client_id, "https://app.example/callback", {
      scope: "tools:execute",
    });
    const answer = await fetch(url, { redirect: "manual" });
    expect(answer.headers.get("location")).toMatch(/^https:\/\/app\.example\/callback\?error=invalid_scope/);
    await example.close();
  });

  it("starts as a process", async () => {
    const main = fileURLToPath(new URL("../../examples/mcp-sdk/dist/main.js", import.meta.url));
    const child = spawn(process.execPath, [main], {
      env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "test", PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const mcpUrl = await written(child, child.stdout, /MCP server on (\S+)\n/);
    expect((await fetch(mcpUrl, { method: "POST" })).status).toBe(401);
    await ended(child);
  });
});
