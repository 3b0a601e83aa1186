import { beforeAll, describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { protectedRegistration } from "../../src/access/protected-registration.js";
import { requireSoftwareStatement } from "../../src/access/require-software-statement.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { limitScopes } from "../../src/policy/limit-scopes.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { managedRegistration, PUBLIC, START, textOf, updateOf } from "../support/managed-registration.js";
import { ISSUER, JWKS_URI, keyServer, testKey, type TestKey } from "../json-web-token/token-issuer.js";

const REGISTER = "https://as.example/register";
const anybody = openRegistration({ dangerouslyUnlimited: true });
const CLAIMS = { iss: ISSUER, software_id: "editor", client_name: "The Editor" };

let key: TestKey;
beforeAll(async () => {
  key = await testKey("ES256");
});

function registration(options: Parameters<typeof managedRegistration>[0] = {}) {
  const managed = managedRegistration({
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
    }),
    ...options,
  });
  const post = async (body: object, token?: string) => managed.send("POST", REGISTER, token, body);
  return { ...managed, post };
}

describe("a registration with a software statement", () => {
  test("R7591-13, R7591-15: takes the statement's word over the client's, and echoes it as it was sent", async () => {
    const { post, store, events } = registration();
    const software_statement = await key.sign({ ...CLAIMS, redirect_uris: PUBLIC.redirect_uris });
    const answer = await post({
      ...PUBLIC,
      client_name: "My own",
      "client_name#ja": "自称",
      software_id: "other",
      software_statement,
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      client_name: "The Editor",
      software_id: "editor",
      software_statement,
    });
    expect(answer.body).not.toHaveProperty("client_name#ja");
    const stored = await store.findClient(textOf(answer.body, "client_id"));
    expect(stored).toMatchObject({ softwareStatement: software_statement });
    const origin = { source: "software_statement", softwareStatementIssuer: ISSUER };
    expect(stored?.origin).toMatchObject(origin);
    expect(events.at(-1)).toMatchObject({ type: "client_registered", origin });
  });

  test("R7591-28: is told apart: a bad statement, and a good one of somebody unknown", async () => {
    const { post, store } = registration();
    const stranger = await testKey("ES256");
    const cases = [
      [await stranger.sign(CLAIMS), "invalid_software_statement"],
      [await key.sign({ ...CLAIMS, exp: 1 }), "invalid_software_statement"],
      ["nonsense", "invalid_software_statement"],
      [{ a: 1 }, "invalid_software_statement"],
      [await stranger.sign({ ...CLAIMS, iss: "https://stranger.example" }), "unapproved_software_statement"],
    ] as const;
    for (const [software_statement, error] of cases) {
      const answer = await post({ ...PUBLIC, software_statement });
      expect([answer.status, answer.body["error"]]).toEqual([400, error]);
      expect(answer.body["error_description"]).toMatch(/^software_statement [\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    }
    expect(store).toBeDefined();
  });

  test("R7591-14: gets no power beyond the server's by what a statement claims", async () => {
    const { post } = registration();
    const software_statement = await key.sign({
      ...CLAIMS,
      scope: "read admin",
      grant_types: ["authorization_code", "password"],
      client_id: "chosen",
      client_secret: "chosen",
      registration_access_token: "chosen",
    });
    const { status, body } = await post({ ...PUBLIC, software_statement });
    expect(status).toBe(201);
    expect(body).toMatchObject({ scope: "read", grant_types: ["authorization_code"] });
    expect(JSON.stringify(body)).not.toContain("chosen");
  });

  test("whose redirect URI breaks the rules is refused, whoever signed it", async () => {
    const { post } = registration();
    const software_statement = await key.sign({ ...CLAIMS, redirect_uris: ["javascript:alert(1)"] });
    const { status, body } = await post({ ...PUBLIC, software_statement });
    expect([status, body["error"]]).toEqual([400, "invalid_redirect_uri"]);
  });

  test("is a 503 while the issuer's keys cannot be had, and goes through afterwards", async () => {
    const { server, guardedFetch } = keyServer([key.jwk]);
    server.failure = "timed_out";
    const managed = registration({
      softwareStatements: softwareStatements({
        trustedIssuers: [{ issuer: ISSUER, keys: { jwksUri: JWKS_URI } }],
        guardedFetch,
      }),
    });
    const body = { ...PUBLIC, software_statement: await key.sign(CLAIMS) };
    expect((await managed.post(body)).status).toBe(503);
    expect(managed.events.at(-1)).toMatchObject({ reason: "verifier_unavailable" });
    server.failure = undefined;
    managed.time.now += 31_000;
    expect((await managed.post(body)).status).toBe(201);
  });

  test("is ignored, and not echoed, by a server that trusts nobody", async () => {
    const { send } = managedRegistration();
    const { status, body } = await send("POST", REGISTER, undefined, {
      ...PUBLIC,
      software_statement: await key.sign(CLAIMS),
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ client_name: PUBLIC.client_name });
    expect(body).not.toHaveProperty("software_statement");
  });
});

describe("a copied software statement that binds no redirect_uris", () => {
  const policies = {
    open: [holdForApproval()],
    every: [limitScopes({ open: ["read"], softwareStatement: ["read", "write"] })],
  };

  test("does not leave the policies of open", async () => {
    const { post, store } = registration({ policies });
    const software_statement = await key.sign(CLAIMS);
    const { status, body } = await post({ ...PUBLIC, scope: "read write", software_statement });
    expect([status, body["scope"]]).toEqual([201, "read"]);
    expect(await store.findClient(textOf(body, "client_id"))).toMatchObject({
      status: "awaiting_approval",
      origin: { source: "open", softwareStatementIssuer: ISSUER },
    });
  });

  test("leads to no shared client", async () => {
    const { post } = registration({ idempotentRegistration: true });
    const software_statement = await key.sign(CLAIMS);
    const first = await post({ ...PUBLIC, software_statement });
    const second = await post({ ...PUBLIC, software_statement });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body["client_id"]).not.toBe(first.body["client_id"]);
  });

  test("does not follow one that binds them, on a client that left the policies of open", async () => {
    const managed = registration({ policies });
    const client = await managed.register({
      ...PUBLIC,
      software_statement: await key.sign({ ...CLAIMS, redirect_uris: PUBLIC.redirect_uris }),
    });
    const { registration_client_uri, registration_access_token } = client;
    const { status, body } = await managed.send("PUT", registration_client_uri, registration_access_token, {
      ...updateOf(client),
      redirect_uris: ["https://attacker.example/callback"],
      software_statement: await key.sign(CLAIMS),
    });
    expect([status, body["error"]]).toEqual([400, "invalid_software_statement"]);
    expect((await managed.store.findClient(client.client_id))?.version).toBe(1);
  });
});

describe("a software statement that lists redirect URIs in a claim of its own", () => {
  const SOFTWARE = ["https://app.example/callback", "https://app.example/other"];
  const within = () =>
    registration({
      policies: { open: [holdForApproval()] },
      softwareStatements: softwareStatements({
        trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
        redirectUrisClaim: "software_redirect_uris",
      }),
    });
  const signed = (claims: object = {}) =>
    key.sign({ ...CLAIMS, software_redirect_uris: SOFTWARE, ...claims });

  test("binds redirect_uris within it, or all of them where the client names none", async () => {
    const { post, store } = within();
    for (const [redirect_uris, registered] of [
      [[SOFTWARE[1]], [SOFTWARE[1]]],
      [undefined, SOFTWARE],
    ]) {
      const { status, body } = await post({ ...PUBLIC, redirect_uris, software_statement: await signed() });
      expect([status, body["redirect_uris"]]).toEqual([201, registered]);
      expect(await store.findClient(textOf(body, "client_id"))).toMatchObject({
        status: "pending",
        origin: { source: "software_statement" },
      });
    }
  });

  test("refuses others, also those that the statement itself names elsewhere", async () => {
    const { post } = within();
    const foreign = ["https://attacker.example/callback"];
    for (const body of [
      { redirect_uris: foreign, software_statement: await signed() },
      { redirect_uris: [...SOFTWARE, ...foreign], software_statement: await signed() },
      { software_statement: await signed({ redirect_uris: foreign }) },
    ]) {
      const answer = await post({ ...PUBLIC, ...body });
      expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_redirect_uri"]);
    }
  });

  test("refuses a statement without that claim", async () => {
    const { post } = within();
    for (const software_redirect_uris of [undefined, [], "https://app.example/callback", [1]]) {
      const software_statement = await key.sign({ ...CLAIMS, software_redirect_uris });
      const answer = await post({ ...PUBLIC, software_statement });
      expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_software_statement"]);
    }
  });
});

describe("a software statement with maxAgeSeconds", () => {
  test("is taken that long after its iat, and not without one", async () => {
    const { post } = registration({
      softwareStatements: softwareStatements({
        trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }],
        maxAgeSeconds: 100,
      }),
    });
    const now = START / 1000;
    for (const [iat, status] of [
      [now - 100, 201],
      [now - 101, 400],
      [undefined, 400],
    ]) {
      const answer = await post({ ...PUBLIC, software_statement: await key.sign({ ...CLAIMS, iat }) });
      expect(answer.status, String(iat)).toBe(status);
    }
  });

  test.each([
    { maxAgeSeconds: 0 },
    { maxAgeSeconds: 1.5 },
    { redirectUrisClaim: "" },
    { redirectUrisClaim: 1 },
  ])("or a claim that makes no sense does not start: %j", (wrong) => {
    const trustedIssuers = [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }];
    expect(() => softwareStatements({ trustedIssuers, ...(wrong as object) })).toThrow(MisuseError);
  });
});

describe("where a software statement is required", () => {
  test("nobody registers without one", async () => {
    const { post } = registration({ access: requireSoftwareStatement(anybody) });
    for (const software_statement of [undefined, null, ""]) {
      const answer = await post({ ...PUBLIC, software_statement });
      expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_software_statement"]);
    }
    expect((await post({ ...PUBLIC, software_statement: await key.sign(CLAIMS) })).status).toBe(201);
  });

  test("an initial access token may be required beside it", async () => {
    const managed = registration({ access: requireSoftwareStatement(protectedRegistration()) });
    const { token } = await managed.registration.initialAccessTokens.issue();
    const body = { ...PUBLIC, software_statement: await key.sign(CLAIMS) };
    expect((await managed.post(body)).status).toBe(401);
    expect((await managed.post(PUBLIC, token)).status).toBe(400);
    const answer = await managed.post(body, token);
    expect(answer.status).toBe(201);
    expect((await managed.store.findClient(textOf(answer.body, "client_id")))?.origin).toMatchObject({
      source: "initial_access_token",
      requiresSoftwareStatement: true,
      softwareStatementIssuer: ISSUER,
    });
  });

  test("a registration that could not verify one does not start", () => {
    expect(() => managedRegistration({ access: requireSoftwareStatement(anybody) })).toThrow(MisuseError);
    expect(() => requireSoftwareStatement(undefined as never)).toThrow(MisuseError);
  });
});

describe("an update of a client that came with a statement", () => {
  async function registered() {
    const managed = registration();
    const software_statement = await key.sign({ ...CLAIMS, redirect_uris: PUBLIC.redirect_uris });
    const client = await managed.register({ ...PUBLIC, software_statement });
    const put = (change: object) =>
      managed.send("PUT", client.registration_client_uri, client.registration_access_token, {
        ...updateOf(client),
        ...change,
      });
    const unchanged = async () => (await managed.store.findClient(client.client_id))?.version === 1;
    return { put, unchanged };
  }

  test("R7592-21: is refused without it, or with a broken one, and nothing changes", async () => {
    const { put, unchanged } = await registered();
    const broken = (await key.sign(CLAIMS)).slice(0, -4) + "AAAA";
    for (const software_statement of [undefined, "", broken]) {
      const answer = await put({ software_statement, client_name: "Changed" });
      expect([answer.status, answer.body["error"]]).toEqual([400, "invalid_software_statement"]);
    }
    expect(await unchanged()).toBe(true);
  });

  test("R7592-8: passes with its own answer, which has the statement in it", async () => {
    const { put } = await registered();
    const answer = await put({});
    expect(answer.status).toBe(200);
    expect(answer.body["client_name"]).toBe("The Editor");
  });

  test("R7591-13: cannot move what the statement says", async () => {
    const { put } = await registered();
    const answer = await put({ redirect_uris: ["https://elsewhere.example/callback"] });
    expect(answer.status).toBe(200);
    expect(answer.body["redirect_uris"]).toEqual(PUBLIC.redirect_uris);
  });

  test("R7592-21: that came without one stays what it was, whatever its update brings", async () => {
    const managed = registration({
      policies: {
        every: [limitScopes({ open: ["read"], softwareStatement: ["read", "write"] })],
        softwareStatement: [holdForApproval()],
      },
    });
    const client = await managed.register({ ...PUBLIC, scope: "read" });
    const answer = await managed.send(
      "PUT",
      client.registration_client_uri,
      client.registration_access_token,
      { ...updateOf(client), scope: "read write", software_statement: await key.sign(CLAIMS) },
    );
    expect([answer.status, answer.body["scope"]]).toEqual([200, "read"]);
    expect(await managed.store.findClient(client.client_id)).toMatchObject({
      origin: { source: "open", softwareStatementIssuer: ISSUER },
    });
  });

  test("R7592-21: is held again when somebody else vouches for the same metadata", async () => {
    const managed = registration({ policies: { every: [holdForApproval()] } });
    const client = await managed.register();
    await managed.registration.approveClient(client.client_id);
    await managed.send("PUT", client.registration_client_uri, client.registration_access_token, {
      ...updateOf(client),
      software_statement: await key.sign({ iss: ISSUER }),
    });
    expect((await managed.store.findClient(client.client_id))?.status).toBe("awaiting_approval");
  });
});
