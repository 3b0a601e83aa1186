import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import type { IssueInitialAccessTokenOptions } from "../../src/initial-access-token/initial-access-tokens.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";

const BODY = { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none" };
const START = Date.UTC(2026, 10, 5);

function protectedServer(options: Partial<ClientRegistrationOptions> = {}) {
  const events: AuditEvent[] = [];
  const time = { now: START };
  const store = memoryStore();
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["read", "write"] }),
    store,
    // What became of the requests; the life of a token has tests of its own.
    audit: (event) => {
      if ("findings" in event) events.push(event);
    },
    clock: () => time.now,
    ...options,
  });
  async function register(token?: string, body: object = BODY, query = ""): Promise<Response> {
    return registration.fetch(
      new Request(`https://as.example/register${query}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token !== undefined && { authorization: token }),
        },
        body: JSON.stringify(body),
      }),
    );
  }
  const issue = async (given?: IssueInitialAccessTokenOptions) =>
    registration.initialAccessTokens.issue(given);
  return { registration, events, time, store, register, issue };
}

async function answerOf(response: Response): Promise<unknown> {
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
}

describe("protected registration, which is the default", () => {
  test("R7591-19: without a token answers 401 with a challenge that has no error code", async () => {
    const { register, events } = protectedServer();
    const response = await register();
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="client-registration"');
    expect(await response.json()).toEqual({});
    expect(events).toMatchObject([{ type: "registration_refused", reason: "token_required" }]);
  });

  test("R7591-18: admits whoever has a token, once", async () => {
    const { register, issue, events, registration } = protectedServer();
    const { token, record } = await issue({ label: "partner" });
    const response = await register(`Bearer ${token}`);
    expect(response.status).toBe(201);
    const { client_id } = (await response.json()) as { client_id: string };
    const origin = { source: "initial_access_token", initialAccessTokenId: record.id };
    expect(await registration.findClient(client_id)).toMatchObject({ value: { origin } });
    expect((await register(`bearer ${token}`)).status).toBe(401);
    expect(events).toMatchObject([
      { type: "client_registered", origin },
      { reason: "token_refused", tokenProblem: "spent", initialAccessTokenId: record.id },
    ]);
    expect(JSON.stringify(events)).not.toContain(token);
  });

  test("does not say which of malformed, unknown, expired, spent and revoked it was; the event does", async () => {
    const { register, issue, events, registration, time } = protectedServer();
    const [spent, revoked, expired, other] = [
      await issue(),
      await issue(),
      await issue({ expiresInSeconds: 60 }),
      await issue(),
    ];
    await register(`Bearer ${spent.token}`);
    expect(await registration.initialAccessTokens.revoke(revoked.record.id)).toBe(true);
    time.now += 60_000;
    events.length = 0;
    const forged = `${spent.token.slice(0, -43)}${other.token.slice(-43)}`;
    const answers = [];
    for (const token of [
      "x",
      "",
      "a b",
      forged,
      `${other.token}x`,
      spent.token,
      revoked.token,
      expired.token,
    ]) {
      answers.push(await answerOf(await register(`Bearer ${token}`)));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({
      status: 401,
      headers: { "www-authenticate": 'Bearer realm="client-registration", error="invalid_token"' },
    });
    expect(events.map((event) => "tokenProblem" in event && event.tokenProblem)).toEqual([
      "malformed",
      "malformed",
      "malformed",
      "unknown",
      "malformed",
      "spent",
      "revoked",
      "expired",
    ]);
  });

  test("a refused registration spends nothing", async () => {
    const { register, issue, registration } = protectedServer();
    const { token, record } = await issue();
    expect((await register(`Bearer ${token}`, { redirect_uris: ["javascript:x"] })).status).toBe(400);
    expect((await registration.initialAccessTokens.inspect(record.id))?.usesLeft).toBe(1);
    expect((await register(`Bearer ${token}`)).status).toBe(201);
  });

  test("200 at once with a token for one make one client", async () => {
    const { register, issue } = protectedServer();
    const { token } = await issue();
    const responses = await Promise.all(Array.from({ length: 200 }, async () => register(`Bearer ${token}`)));
    expect(responses.filter(({ status }) => status === 201).length).toBe(1);
    expect(responses.filter(({ status }) => status === 401).length).toBe(199);
  });

  test("a token in the query is refused, and one in the body is no credential", async () => {
    const { register, issue } = protectedServer();
    const { token } = await issue();
    const inQuery = await register(undefined, BODY, `?access_token=${token}`);
    expect(inQuery.status).toBe(400);
    expect(inQuery.headers.get("www-authenticate")).toContain('error="invalid_request"');
    expect((await register(`Bearer ${token}`, BODY, `?a=b&access_token=${token}`)).status).toBe(400);
    expect(
      (await register(undefined, { ...BODY, access_token: token, initial_access_token: token })).status,
    ).toBe(401);
    expect((await register(`Basic ${token}`)).status).toBe(401);
    expect((await register(`Bearer ${token}`)).status).toBe(201);
  });

  test("a token is 256 random bits behind a prefix, and only its hash is stored", async () => {
    const { issue, store } = protectedServer();
    const { token, record } = await issue();
    expect(token).toMatch(/^odcr_iat_[a-z2-7]{26}_[A-Za-z0-9_-]{43}$/);
    const stored = JSON.stringify(await store.findInitialAccessToken(record.id));
    expect(stored).not.toContain(token.slice(-43));
  });

  test("registers without HTTP by the same rule", async () => {
    const { registration, issue } = protectedServer();
    expect(await registration.registerClient(BODY)).toMatchObject({
      ok: false,
      error: { kind: "token_required" },
    });
    const { token } = await issue();
    expect(await registration.registerClient(BODY, { initialAccessToken: token })).toMatchObject({
      ok: true,
    });
  });

  test("a store that is down is a 503 and not a bad token", async () => {
    const { register, issue, store } = protectedServer({ onError: () => undefined });
    const { token } = await issue();
    store.findInitialAccessToken = () => Promise.reject(new Error("down"));
    expect((await register(`Bearer ${token}`)).status).toBe(503);
  });
});

describe("constraints of a token", () => {
  const withToken = async (given: IssueInitialAccessTokenOptions, body: object) => {
    const { register, issue } = protectedServer();
    const { token } = await issue(given);
    const response = await register(`Bearer ${token}`, { ...BODY, ...body });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test("CVE-2026-61466: a client never gets a scope beyond its token, asked for or not", async () => {
    expect((await withToken({ scopes: ["read"] }, { scope: "read write" })).body["scope"]).toBe("read");
    expect((await withToken({ scopes: ["read"] }, {})).body["scope"]).toBe("read");
    expect((await withToken({ scopes: ["admin"] }, { scope: "admin" })).body["scope"]).toBe(undefined);
  });

  test("grant types, redirect hosts and software ids", async () => {
    const grants = { grant_types: ["authorization_code", "refresh_token"] };
    expect((await withToken({ grantTypes: ["authorization_code"] }, grants)).body["grant_types"]).toEqual([
      "authorization_code",
    ]);
    expect((await withToken({ redirectHosts: ["app.example"] }, {})).status).toBe(201);
    for (const host of ["app.example.evil", "evilapp.example", "sub.app.example"]) {
      const refused = await withToken(
        { redirectHosts: ["app.example"] },
        { redirect_uris: [`https://${host}/cb`] },
      );
      expect(refused).toMatchObject({ status: 400, body: { error: "invalid_redirect_uri" } });
    }
    expect((await withToken({ softwareIds: ["app"] }, { software_id: "app" })).status).toBe(201);
    expect((await withToken({ softwareIds: ["app"] }, { software_id: "other" })).status).toBe(400);
    expect((await withToken({ softwareIds: ["app"] }, {})).status).toBe(400);
  });

  test.each<IssueInitialAccessTokenOptions>([
    { uses: 0 },
    { uses: 1.5 },
    { expiresInSeconds: 0 },
    { scopes: [] },
    { scopes: ["a b"] },
    { redirectHosts: ["https://app.example"] },
    { redirectHosts: ["*.app.example"] },
    { softwareIds: [""] },
    { scope: ["read"] } as never,
    { label: 5 } as never,
  ])("%j is a mistake", async (given) => {
    await expect(protectedServer().issue(given)).rejects.toThrow(TypeError);
  });
});

describe("open registration that accepts tokens", () => {
  const open = () =>
    protectedServer({
      access: openRegistration({ dangerouslyUnlimited: true, acceptInitialAccessTokens: true }),
    });

  test("registers by the token where there is one, and never falls back from a bad one", async () => {
    const { register, issue, events } = open();
    const { token } = await issue();
    expect((await register()).status).toBe(201);
    expect((await register(`Bearer ${token}`)).status).toBe(201);
    expect((await register(`Bearer ${token}`)).status).toBe(401);
    expect((await register(`Bearer nonsense`)).status).toBe(401);
    expect(events.slice(0, 2)).toMatchObject([
      { origin: { source: "open" } },
      { origin: { source: "initial_access_token" } },
    ]);
  });
});
