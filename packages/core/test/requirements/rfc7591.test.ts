import { describe, expect, test } from "vitest";
import { REGISTERED_MEMBERS } from "../../src/client-metadata/members.js";
import { ok } from "../../src/result.js";
import { policyTable } from "../../src/policy/policy-table.js";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import {
  CONFIDENTIAL,
  PUBLIC,
  START,
  textOf,
  updateOf,
} from "../client-configuration-endpoint/managed-desk.js";
import { FULL_BODY } from "../fuzz/desk.js";
import { ISSUER, testKey } from "../json-web-token/token-issuer.js";
import { CALLBACK, REGISTER, registrationDesk } from "./request.js";

/** A desk that trusts one issuer, and what that issuer signs. */
async function statedDesk() {
  const key = await testKey();
  const trustedIssuers = [{ issuer: ISSUER, keys: { jwks: { keys: [key.jwk] } } }];
  const managed = registrationDesk({ softwareStatements: softwareStatements({ trustedIssuers }) });
  const statement = (claims: object) => key.sign({ iss: ISSUER, software_id: "editor", ...claims });
  return { ...managed, statement };
}

describe("a software statement", () => {
  test("R7591-15: that was used is in every answer as it was sent, its claims at the top level", async () => {
    const { statement, register, send } = await statedDesk();
    const first = await statement({ client_name: "Editor", tos_uri: "https://editor.example/terms" });
    const client = await register({ ...PUBLIC, client_name: "Mine", software_statement: first });
    const claims = {
      client_name: "Editor",
      software_id: "editor",
      tos_uri: "https://editor.example/terms",
    };
    expect(client).toMatchObject({ ...claims, software_statement: first });
    const uri = client.registration_client_uri;
    const read = await send("GET", uri, client.registration_access_token);
    expect(read.body).toMatchObject({ ...claims, software_statement: first });

    const next = await statement({ client_name: "Editor 2" });
    const update = { ...updateOf(client), client_name: "Mine", software_statement: next };
    const updated = await send("PUT", uri, client.registration_access_token, update);
    expect(updated.status).toBe(200);
    expect(updated.body).toMatchObject({ client_name: "Editor 2", software_statement: next });
  });

  test("R7591-15: that was not used is not in the answer, nor are its claims", async () => {
    const { statement } = await statedDesk();
    const { register } = registrationDesk();
    const client = await register({
      ...PUBLIC,
      client_name: "Mine",
      software_statement: await statement({ client_name: "Editor" }),
    });
    expect(client).toMatchObject({ client_name: "Mine" });
    expect(client).not.toHaveProperty("software_statement");
    expect(client).not.toHaveProperty("software_id");
  });
});

describe("a request", () => {
  const sendAs = async (type: string | undefined, method = "POST") => {
    const { desk, store } = registrationDesk();
    const created: string[] = [];
    const { createClient } = store;
    store.createClient = (client, guards) => {
      created.push(client.clientId);
      return createClient(client, guards);
    };
    const body = method === "GET" ? null : new TextEncoder().encode(JSON.stringify(PUBLIC));
    const headers = type === undefined ? {} : { "content-type": type };
    return { response: await desk.fetch(new Request(REGISTER, { method, headers, body })), created };
  };

  test.each(["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8"])(
    "R7591-17: may be a POST of %s",
    async (type) => {
      const { response, created } = await sendAs(type);
      expect([response.status, created.length]).toEqual([201, 1]);
    },
  );

  test.each([
    undefined,
    "",
    "text/json",
    "text/plain",
    "application/jsonp",
    "application/json-patch+json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=application/json",
  ])("R7591-17: registers nobody when its body is %s", async (type) => {
    const { response, created } = await sendAs(type);
    expect([response.status, created.length]).toEqual([415, 0]);
  });

  test.each(["GET", "PUT", "PATCH", "DELETE"])("R7591-17: registers nobody as %s", async (method) => {
    const { response, created } = await sendAs("application/json", method);
    expect([response.status, created.length]).toEqual([405, 0]);
    expect(response.headers.get("allow")?.split(", ")).toContain("POST");
  });

  test("R7591-20: chooses nothing that the server assigns, neither by its body nor by a statement", async () => {
    const { statement, register, store } = await statedDesk();
    const chosen = {
      client_id: "chosen",
      client_secret: "chosen",
      client_id_issued_at: 1,
      client_secret_expires_at: 1,
      registration_access_token: "chosen",
      registration_client_uri: "https://evil.example/chosen",
    };
    const software_statement = await statement(chosen);
    for (const body of [
      { ...CONFIDENTIAL, ...chosen },
      { ...CONFIDENTIAL, software_statement },
    ]) {
      const { software_statement: _, ...client } = await register(body);
      expect(client.client_id).toMatch(/^[a-z2-7]{26}$/);
      expect(client.client_secret).toMatch(/^[\w-]{43}$/);
      expect(client).toMatchObject({ client_id_issued_at: START / 1000, client_secret_expires_at: 0 });
      expect(JSON.stringify(client)).not.toContain("chosen");
    }
    expect(await store.findClient("chosen")).toBeUndefined();
  });
});

describe("the answer to a registration", () => {
  test("R7591-21: is 201 with JSON that no cache may keep, and no refusal may be kept either", async () => {
    const { post, send } = registrationDesk();
    const answers = [
      await post(PUBLIC),
      await post(CONFIDENTIAL),
      await post({ redirect_uris: ["javascript:x"] }),
      await post(PUBLIC, "nonsense"),
      await send("DELETE", REGISTER),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 400, 401, 405]);
    for (const { headers } of answers) {
      expect(headers.get("content-type")).toBe("application/json");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("pragma")).toBe("no-cache");
    }
  });

  test("R7591-22: has a client_id that nobody else has, however alike they are", async () => {
    const { register } = registrationDesk();
    const clients = await Promise.all(Array.from({ length: 100 }, () => register(CONFIDENTIAL)));
    expect(new Set(clients.map(({ client_id }) => client_id)).size).toBe(100);
  });

  test("R7591-22: never has a client_id that is taken, though chance should make it again", async () => {
    const { register, post, store } = registrationDesk({ randomBytes: (bytes) => bytes.fill(7) });
    const { client_id } = await register(CONFIDENTIAL);
    const before = await store.findClient(client_id);
    const second = await post({ ...CONFIDENTIAL, client_name: "Two" });
    expect(second.status).toBe(503);
    expect(second.text).not.toContain(client_id);
    expect(await store.findClient(client_id)).toEqual(before);
  });

  test("R7591-23: has a secret of its own for each client, good for that one, and none for public ones", async () => {
    const { register, desk } = registrationDesk();
    const body = { ...PUBLIC, token_endpoint_auth_method: "client_secret_post", software_id: "same" };
    const one = await register(body);
    const other = await register(body);
    expect(one.client_secret).not.toBe(other.client_secret);
    const authenticates = async (client_id: string, client_secret = "") => {
      const parameters = new URLSearchParams({ client_id, client_secret });
      return (await desk.authenticateClient({ parameters })).ok;
    };
    expect(await authenticates(one.client_id, one.client_secret)).toBe(true);
    expect(await authenticates(other.client_id, other.client_secret)).toBe(true);
    expect(await authenticates(one.client_id, other.client_secret)).toBe(false);
    expect(await authenticates(other.client_id, one.client_secret)).toBe(false);
    const open = await register(PUBLIC);
    expect(Object.keys(open).filter((name) => name.startsWith("client_secret"))).toEqual([]);
  });

  test("R7591-24: has client_id_issued_at in whole seconds, which stays what it was", async () => {
    const { register, send, time } = registrationDesk();
    time.now = START + 999;
    const client = await register();
    expect(client["client_id_issued_at"]).toBe(START / 1000);
    time.now = START + 3_600_000;
    const { registration_client_uri: uri, registration_access_token: token } = client;
    expect((await send("GET", uri, token)).body["client_id_issued_at"]).toBe(START / 1000);
    const updated = await send("PUT", uri, token, updateOf(client));
    expect(updated.body["client_id_issued_at"]).toBe(START / 1000);
  });

  test("R7591-26: has every member that was registered with its value, and nothing else", async () => {
    const redirectUris = FULL_BODY["redirect_uris"];
    const { register, store } = registrationDesk({
      extensionMembers: [{ name: "x_tenant", kind: "token" }],
      guardedFetch: () => Promise.resolve(ok({ text: JSON.stringify(redirectUris), headers: new Headers() })),
    });
    const sent = { ...FULL_BODY, "client_name#ja": "\u30ef\u30f3", x_tenant: "acme" };
    const { client_id, ...answer } = await register(sent);
    const registered = (await store.findClient(client_id))?.metadata;
    const { client_id_issued_at: _, client_secret: __, client_secret_expires_at: ___, ...rest } = answer;
    const { registration_access_token: ____, registration_client_uri: _____, ...metadata } = rest;
    expect(metadata).toEqual(registered);
    const notRegistered = Object.keys(sent).filter((name) => !Object.hasOwn(answer, name));
    const expected = REGISTERED_MEMBERS.flatMap(({ name, inputOnly }) =>
      // Names of a certificate subject are for clients of tls_client_auth alone.
      (inputOnly === true || name.startsWith("tls_client_auth_")) && name in sent ? [name] : [],
    );
    expect(notRegistered.sort()).toEqual(expected.sort());
    expect(answer).toMatchObject({ "client_name#ja": "\u30ef\u30f3", x_tenant: "acme" });
  });

  test("R7591-26: has what the server added, narrowed or took away", async () => {
    const { register } = registrationDesk({
      policies: policyTable({ every: [sameHostDisplayUris()] }),
    });
    expect(await register({ redirect_uris: [CALLBACK] })).toMatchObject({
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code"],
      response_types: ["code"],
      application_type: "web",
      scope: "read write",
    });
    const changed = await register({
      redirect_uris: ["http://127.0.0.1/cb"],
      application_type: "web",
      scope: "admin read",
      grant_types: ["authorization_code", "password"],
      client_uri: "https://bank.example/",
      not_known: true,
    });
    expect(changed).toMatchObject({
      application_type: "native",
      scope: "read",
      grant_types: ["authorization_code"],
    });
    expect(changed).not.toHaveProperty("client_uri");
    expect(changed).not.toHaveProperty("not_known");
  });
});

describe("a refusal", () => {
  const NAME = '\u65e5\u672c\u8a9e "quoted" \\ \u0007';

  test.each<[unknown, string]>([
    [{ redirect_uris: [`https://app.example/${NAME}`] }, "invalid_redirect_uri"],
    [{ redirect_uris: NAME }, "invalid_redirect_uri"],
    [{}, "invalid_redirect_uri"],
    [{ redirect_uris: [CALLBACK], client_name: NAME }, "invalid_client_metadata"],
    [{ redirect_uris: [CALLBACK], grant_types: [NAME] }, "invalid_client_metadata"],
    [{ redirect_uris: [CALLBACK], [`client_name#${NAME}`]: 7, scope: NAME }, "invalid_client_metadata"],
    [{ redirect_uris: [CALLBACK], client_uri: NAME, jwks: NAME, contacts: [7] }, "invalid_client_metadata"],
    [[NAME], "invalid_client_metadata"],
    [NAME, "invalid_client_metadata"],
    [null, "invalid_client_metadata"],
  ])(
    "R7591-27: of %j is 400 with a code and a description in ASCII, and nothing more",
    async (body, error) => {
      const { post } = registrationDesk();
      const answer = await post(body);
      expect([answer.status, answer.body["error"]]).toEqual([400, error]);
      expect(Object.keys(answer.body).sort()).toEqual(["error", "error_description"]);
      // RFC 6749 section 5.2 says which characters.
      expect(textOf(answer.body, "error_description")).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(answer.headers.get("content-type")).toBe("application/json");
    },
  );

  test("R7591-27: has another status where another specification sets it", async () => {
    const { post, desk } = registrationDesk({ maxBodyBytes: 200 });
    expect((await post(PUBLIC, "nonsense")).status).toBe(401);
    expect((await post({ ...PUBLIC, client_name: "x".repeat(200) })).status).toBe(413);
    const form = new Request(REGISTER, { method: "POST", body: new URLSearchParams({ a: "b" }) });
    expect((await desk.fetch(form)).status).toBe(415);
  });
});
