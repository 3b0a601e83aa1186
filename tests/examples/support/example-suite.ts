import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryStoreWithConsents } from "@oauth-dcr/core/consent";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Browser } from "./browser.js";
import { documentServer } from "./document-server.js";
import {
  allowed,
  askForTokens,
  authorizationOf,
  discover,
  register,
  type Registered,
  type ServerMetadata,
  type Tokens,
} from "./oauth-client.js";
import {
  DAY,
  exampleOptions,
  testClock,
  type ExampleOptions,
  type RunningExample,
} from "./running-example.js";

const LOOPBACK = "http://127.0.0.1/callback";
const NATIVE = {
  client_name: "A native app",
  redirect_uris: [LOOPBACK],
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code", "refresh_token"],
};
const WEB = {
  client_name: "A service",
  redirect_uris: ["https://app.example/callback"],
  grant_types: ["authorization_code", "refresh_token"],
};

/** What every example has to show of our half of an authorization server. */
export function exampleSuite(
  start: (options: ExampleOptions) => Promise<RunningExample>,
  scope: string,
): void {
  const authorization = { scope };
  const clock = testClock();
  let example: RunningExample;
  let server: ServerMetadata;
  beforeAll(async () => {
    example = await start(exampleOptions({ clock: clock.read }));
    server = await discover(example.origin);
  });
  afterAll(() => example.close());

  const asks = ({ client_id, redirect_uris: [first = ""] }: Registered, redirectUri = first) =>
    authorizationOf(server, client_id, redirectUri, authorization);

  async function login(client: Registered, redirectUri?: string): Promise<Tokens> {
    const answer = await askForTokens(server, client, await allowed(asks(client, redirectUri)));
    expect(answer.status).toBe(200);
    return (await answer.json()) as Tokens;
  }

  const refresh = (client: Registered, { refresh_token }: Tokens) =>
    askForTokens(server, client, { grant_type: "refresh_token", refresh_token });

  async function expectInvalidClient(answer: Response): Promise<void> {
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: "invalid_client" });
  }

  async function expectPage(url: URL, title: string): Promise<void> {
    const page = await fetch(url, { redirect: "manual" });
    expect(page.status).toBe(400);
    expect(page.headers.get("location")).toBeNull();
    expect(await page.text()).toContain(`<h1>${title}</h1>`);
  }

  it("publishes one issuer, and our registration endpoint", () => {
    expect(new URL(server.issuer).origin).toBe(example.origin);
    expect(server.registration_endpoint).toBe(`${example.origin}/register`);
    expect(server).toMatchObject({ client_id_metadata_document_supported: true });
  });

  describe.each([
    ["a public client, on another loopback port", { ...NATIVE }, "http://127.0.0.1:49152/callback"],
    ["a confidential client", WEB, "https://app.example/callback"],
  ])("%s", (_, metadata, redirectUri) => {
    it("registers, is authorized with PKCE, gets tokens, and new ones for its refresh token", async () => {
      const client = await register(server, metadata);
      const tokens = await login(client, redirectUri);
      const refreshed = await refresh(client, tokens);
      expect(refreshed.status).toBe(200);
      const again = (await refreshed.json()) as Tokens;
      expect(again.access_token).not.toBe(tokens.access_token);
      expect(again.refresh_token).not.toBe(tokens.refresh_token);
      const used = await example.registration.findClient(client.client_id);
      expect(used).toMatchObject({ ok: true, value: { status: "active" } });
    });

    it("is refused a code without its verifier, and a spent refresh token", async () => {
      const client = await register(server, metadata);
      const code = await allowed(asks(client, redirectUri));
      const wrong = await askForTokens(server, client, { ...code, code_verifier: "x".repeat(43) });
      expect(wrong.status).toBe(400);
      expect(await wrong.json()).toMatchObject({ error: "invalid_grant" });

      const tokens = await login(client, redirectUri);
      const rotated = (await (await refresh(client, tokens)).json()) as Tokens;
      const replayed = await refresh(client, tokens);
      expect(await replayed.json()).toMatchObject({ error: "invalid_grant" });
      // Whoever has the successor may be the thief.
      expect(await (await refresh(client, rotated)).json()).toMatchObject({ error: "invalid_grant" });
    });
  });

  it("starts no application of a private-use scheme by an error that no user has asked for", async () => {
    const redirect_uris = ["com.example.app:/callback"];
    const client = await register(server, { ...NATIVE, redirect_uris, application_type: "native" });
    const request = (change: Record<string, string>) =>
      authorizationOf(server, client.client_id, redirect_uris[0]!, { ...authorization, ...change }).url;
    for (const change of [{ code_challenge_method: "plain" }, { response_type: "token" }]) {
      const page = await fetch(request(change), { redirect: "manual" });
      expect([page.status, page.headers.get("location")], JSON.stringify(change)).toEqual([400, null]);
      expect(await page.text()).toMatch(/<a href="com\.example\.app:\/callback[?#]error=/);
    }
    const { searchParams } = await new Browser().decide(request({}), "deny");
    expect(searchParams.get("error")).toBe("access_denied");
  });

  it("sends nobody to the loopback port of whoever registered first", async () => {
    const shared = { ...NATIVE, client_name: "A shared app", redirect_uris: ["http://127.0.0.1:1/callback"] };
    const client = await register(server, shared);
    const { url } = asks(client);
    url.searchParams.delete("redirect_uri");
    const page = await fetch(url, { redirect: "manual" });
    expect([page.status, page.headers.get("location")]).toEqual([400, null]);
  });

  it("a client that posts its secret", async () => {
    const client = await register(server, { ...WEB, token_endpoint_auth_method: "client_secret_post" });
    const { client_id, client_secret = "" } = client;
    const code = await allowed(asks(client));
    const asPost = (secret: string) =>
      askForTokens(server, { client_id }, { ...code, client_secret: secret });
    await expectInvalidClient(await asPost("wrong"));
    expect((await asPost(client_secret)).status).toBe(200);
  });

  it("a wrong secret, no secret, and another method than the registered one get 401 invalid_client", async () => {
    const client = await register(server, WEB);
    const code = await allowed(asks(client));
    const wrong = await askForTokens(server, { ...client, client_secret: "wrong" }, code);
    expect(wrong.headers.get("www-authenticate")).toMatch(/^Basic /);
    await expectInvalidClient(wrong);
    const { client_id, client_secret = "" } = client;
    await expectInvalidClient(await askForTokens(server, { client_id }, code));
    await expectInvalidClient(await askForTokens(server, { client_id }, { ...code, client_secret }));
    expect((await askForTokens(server, client, code)).status).toBe(200);
  });

  it("both secrets are taken while one replaces the other, and the new one alone afterwards", async () => {
    const client = await register(server, WEB);
    const rotated = await example.registration.rotateClientSecret(client.client_id);
    const renewed = { ...client, client_secret: rotated!.clientSecret };
    let tokens = await login(client);
    tokens = (await (await refresh(renewed, tokens)).json()) as Tokens;
    clock.forward(DAY + 1000);
    await expectInvalidClient(await refresh(client, tokens));
    expect((await refresh(renewed, tokens)).status).toBe(200);
  });

  it("gets the scope that it has registered where it asks for none", async () => {
    const client = await register(server, { ...WEB, scope });
    const asked = authorizationOf(server, client.client_id, client.redirect_uris[0]!);
    const answer = await askForTokens(server, client, await allowed(asked));
    expect([answer.status, await answer.json()]).toMatchObject([200, { scope }]);
  });

  it("is told when its user says no", async () => {
    const callback = await new Browser().decide(asks(await register(server, WEB)).url, "deny");
    expect(callback.searchParams.get("error")).toBe("access_denied");
    expect(callback.searchParams.has("code")).toBe(false);
  });

  it("gets an error instead of a code where it sends no challenge", async () => {
    const { url } = asks(await register(server, WEB));
    url.searchParams.delete("code_challenge");
    url.searchParams.delete("code_challenge_method");
    const answer = await new Browser().open(url);
    expect(answer.headers.get("location")).toMatch(
      /^https:\/\/app\.example\/callback\?error=invalid_request/,
    );
  });

  it("an unknown client gets a page and no redirect, and 401 at the token endpoint", async () => {
    const client = { client_id: "nobody", redirect_uris: [LOOPBACK] };
    await expectPage(asks(client).url, "Unknown app");
    const asked = { grant_type: "refresh_token", refresh_token: "any" };
    await expectInvalidClient(await askForTokens(server, client, asked));
  });

  it.each([
    "http://127.0.0.1:49152/other",
    "https://evil.example/callback",
    "http://localhost:49152/callback",
  ])("%s, which is not registered, gets a page and no redirect", async (redirectUri) => {
    await expectPage(asks(await register(server, NATIVE), redirectUri).url, "Unknown address");
  });

  it("a client that an operator disabled can do nothing, until it is enabled", async () => {
    const client = await register(server, { ...NATIVE, client_name: "To be disabled" });
    const tokens = await login(client);
    await example.registration.disableClient(client.client_id);
    await expectPage(asks(client).url, "App not allowed");
    await expectInvalidClient(await refresh(client, tokens));
    await example.registration.enableClient(client.client_id);
    expect((await refresh(client, tokens)).status).toBe(200);
  });

  it("a client that has expired is none, and one with a refresh token does not expire", async () => {
    const unused = await register(server, { ...WEB, client_name: "Never used" });
    const used = await register(server, { ...WEB, client_name: "Used" });
    const tokens = await login(used);
    clock.forward(8 * DAY);
    await expectPage(asks(unused).url, "Unknown app");
    const asked = { grant_type: "refresh_token", refresh_token: "any" };
    await expectInvalidClient(await askForTokens(server, unused, asked));
    expect((await refresh(used, tokens)).status).toBe(200);
  });

  it("a client that has expired and is still in use may ask its user again", async () => {
    const client = await register(server, { ...WEB, client_name: "In use" });
    await login(client);
    clock.forward(8 * DAY);
    expect((await example.registration.findClient(client.client_id)).ok).toBe(true);
    const page = await new Browser().open(asks(client).url);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<form")]);
  });

  it("a client is known by its document", async () => {
    const documents = await documentServer({ client_name: "Documented", redirect_uris: [LOOPBACK] });
    const connection = { guardedFetch: guardedFetch({ connection: documents.connection }) };
    const other = await start(exampleOptions(connection));
    const asked = authorizationOf(await discover(other.origin), documents.url, LOOPBACK, authorization);
    const answer = await askForTokens(
      await discover(other.origin),
      { client_id: documents.url },
      await allowed(asked),
    );
    expect(answer.status).toBe(200);
    expect(documents.fetched).toEqual([documents.url]);
    await Promise.all([other.close(), documents.close()]);
  });

  it("a store that is down is 503, and tells no client that it is none", async () => {
    const store = memoryStoreWithConsents();
    let isDown = false;
    const findClient: typeof store.findClient = (id) => {
      if (isDown) throw new Error("the store is down");
      return store.findClient(id);
    };
    const other = await start(exampleOptions({ store: { ...store, findClient } }));
    const elsewhere = await discover(other.origin);
    for (const metadata of [NATIVE, WEB]) {
      isDown = false;
      const client = await register(elsewhere, metadata);
      const asked = authorizationOf(elsewhere, client.client_id, client.redirect_uris[0]!, authorization);
      const code = await allowed(asked);
      isDown = true;
      const answer = await askForTokens(elsewhere, client, code);
      expect([answer.status, await answer.json()]).toMatchObject([503, { error: "temporarily_unavailable" }]);
      expect((await fetch(asked.url, { redirect: "manual" })).status).toBe(503);
      isDown = false;
      expect((await askForTokens(elsewhere, client, code)).status).toBe(200);
    }
    await other.close();
  });

  it("a client reads, changes and deletes itself, and its tokens go with it", async () => {
    const client = await register(server, { ...WEB, client_name: "Managed" });
    const tokens = await login(client);
    const manage = (method: string) =>
      fetch(client.registration_client_uri!, {
        method,
        headers: { authorization: `Bearer ${client.registration_access_token!}` },
      });
    expect(await (await manage("GET")).json()).toMatchObject({ client_name: "Managed" });
    expect((await manage("DELETE")).status).toBe(204);
    await expectInvalidClient(await refresh(client, tokens));
    await expectPage(asks(client).url, "Unknown app");
  });
}
