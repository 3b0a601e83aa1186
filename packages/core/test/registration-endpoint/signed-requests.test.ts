import { beforeAll, describe, expect, test } from "vitest";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import type { JsonObject } from "../../src/lib/json.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import type { SignedRequestOptions } from "../../src/software-statement/signed-requests.js";
import type { ReplayStore } from "../../src/json-web-token/replay-store.js";
import { managedRegistration, PUBLIC, START, textOf, updateOf } from "../support/managed-registration.js";
import { ISSUER, keyServer, testKey, type TestKey } from "../json-web-token/token-issuer.js";

const REGISTER = "https://as.example/register";
const AUDIENCE = "https://as.example";
const NOW = START / 1000;
const SOFTWARE_JWKS = "https://directory.example/software/keys";

let directory: TestKey;
let software: TestKey;
let stranger: TestKey;
beforeAll(async () => {
  [directory, software, stranger] = await Promise.all([
    testKey("PS256"),
    testKey("PS256", "software-1"),
    testKey("PS256", "software-1"),
  ]);
});

async function setUp(signedRequests: Partial<SignedRequestOptions> = {}) {
  const { server, guardedFetch } = keyServer([software.jwk]);
  const managed = managedRegistration({
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [directory.jwk] } }, algorithms: ["PS256"] }],
      audience: AUDIENCE,
      guardedFetch,
      signedRequests: { replay: memoryReplayStore(), jwksUriClaim: "software_jwks_uri", ...signedRequests },
    }),
  });
  const statement = await directory.sign({
    iss: ISSUER,
    software_id: "editor",
    client_name: "The Editor",
    software_jwks_uri: SOFTWARE_JWKS,
    redirect_uris: PUBLIC.redirect_uris,
  });
  let number = 0;
  const claims = (): JsonObject => ({
    iss: "editor",
    aud: AUDIENCE,
    iat: NOW,
    exp: NOW + 300,
    jti: `request-${(number += 1)}`,
    software_statement: statement,
    ...PUBLIC,
  });
  const sign = (changes: object = {}, key = software, header = {}) =>
    key.sign({ ...claims(), ...changes }, header);
  const send = async (
    body: string,
    type = "application/jwt",
    method = "POST",
    url = REGISTER,
    token?: string,
  ) => {
    const response = await managed.registration.fetch(
      new Request(url, {
        method,
        body,
        headers: { "content-type": type, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      }),
      { clientAddress: "192.0.2.1" },
    );
    return { status: response.status, body: (await response.json()) as JsonObject };
  };
  return { ...managed, server, statement, sign, send };
}

describe("a body that the software of its statement has signed", () => {
  test.each(["application/jwt", "application/jose", "Application/JWT; charset=utf-8"])(
    "registers as %s",
    async (type) => {
      const { send, sign, server, store } = await setUp();
      const { status, body } = await send(await sign(), type);
      expect(status).toBe(201);
      expect(body).toMatchObject({ client_name: "The Editor", software_id: "editor" });
      for (const claim of ["iss", "aud", "exp", "iat", "jti"]) expect(body).not.toHaveProperty(claim);
      expect(server.urls).toEqual([SOFTWARE_JWKS]);
      expect((await store.findClient(textOf(body, "client_id")))?.origin.source).toBe("software_statement");
    },
  );

  test("updates by another signed body", async () => {
    const { send, sign } = await setUp();
    const { body } = await send(await sign());
    const update = updateOf(body);
    const url = textOf(body, "registration_client_uri");
    const token = textOf(body, "registration_access_token");
    const plain = await send(JSON.stringify(update), "application/json", "PUT", url, token);
    expect(plain.status).toBe(415);
    const { status } = await send(await sign(update), "application/jwt", "PUT", url, token);
    expect(status).toBe(200);
  });

  test("counts by the keys in the statement itself where it has some", async () => {
    const { send, sign, server } = await setUp();
    const software_statement = await directory.sign({
      iss: ISSUER,
      software_id: "editor",
      jwks: { keys: [software.jwk] },
      redirect_uris: PUBLIC.redirect_uris,
    });
    const { status } = await send(await sign({ software_statement }));
    expect([status, server.urls]).toEqual([201, []]);
  });
});

describe("a body is refused", () => {
  const REFUSED: readonly (readonly [string, (made: Awaited<ReturnType<typeof setUp>>) => Promise<string>, RegExp])[] = [
    ["of a copied statement, signed by a stranger", ({ sign }) => sign({}, stranger), /cannot be verified/],
    ["by keys of its own", ({ sign }) => sign({ jwks: { keys: [stranger.jwk] } }, stranger), /cannot be verified/],
    ["of another software", ({ sign }) => sign({ iss: "other" }), /software_id of its software_statement as iss/],
    ["for another server", ({ sign }) => sign({ aud: "https://other.example" }), /not meant for this server/],
    ["for no server", ({ sign }) => sign({ aud: undefined }), /must have aud, exp and jti/],
    ["without exp", ({ sign }) => sign({ exp: undefined }), /must have aud, exp and jti/],
    ["without jti", ({ sign }) => sign({ jti: undefined }), /must have aud, exp and jti/],
    ["that is good for a day", ({ sign }) => sign({ exp: NOW + 86_400 }), /must expire within an hour/],
    ["that has expired", ({ sign }) => sign({ exp: NOW - 100 }), /has expired/],
    ["with another typ", ({ sign }) => sign({}, software, { typ: "at+jwt" }), /typ other than jwt and jose/],
    ["without a statement", ({ sign }) => sign({ software_statement: undefined }), /with a software_statement/],
    ["that is no JWT", () => Promise.resolve(JSON.stringify(PUBLIC)), /with a software_statement/],
    ["that is empty", () => Promise.resolve(""), /with a software_statement/],
    ["whose payload was changed", async ({ sign }) => {
      const [header, , signature] = (await sign()).split(".");
      const [, payload] = (await sign({ redirect_uris: ["https://attacker.example/cb"] })).split(".");
      return [header, payload, signature].join(".");
    }, /cannot be verified/],
  ]; // prettier-ignore

  test.each(REFUSED)("%s", async (_, made, says) => {
    const server = await setUp();
    const { status, body } = await server.send(await made(server));
    expect([status, body["error"]]).toEqual([400, "invalid_client_metadata"]);
    expect(body["error_description"]).toMatch(says);
    expect(await server.store.findClients({}, { limit: 10 })).toEqual({ clients: [] });
  });

  test("the second time", async () => {
    const { send, sign } = await setUp();
    const request = await sign();
    expect((await send(request)).status).toBe(201);
    const { status, body } = await send(request);
    expect([status, body["error_description"]]).toEqual([400, expect.stringContaining("was used already")]);
  });

  test("with a bad statement, by the code of the statement", async () => {
    const { send, sign } = await setUp();
    const forged = await stranger.sign({ iss: ISSUER, software_id: "editor" });
    const { status, body } = await send(await sign({ software_statement: forged }));
    expect([status, body["error"]]).toEqual([400, "invalid_software_statement"]);
  });

  test("unsigned, and a signed one where nobody asked for it", async () => {
    const { send, sign, statement } = await setUp();
    const plain = await send(
      JSON.stringify({ ...PUBLIC, software_statement: statement }),
      "application/json",
    );
    expect([plain.status, plain.body["error_description"]]).toEqual([
      415,
      "the body must be sent as application/jwt or application/jose",
    ]);
    const { registration } = managedRegistration();
    const headers = { "content-type": "application/jwt" };
    const answer = await registration.fetch(
      new Request(REGISTER, { method: "POST", body: await sign(), headers }),
      {
        clientAddress: "192.0.2.1",
      },
    );
    expect(answer.status).toBe(415);
  });

  test("for now, where the keys or the used requests cannot be had", async () => {
    const { send, sign, server } = await setUp();
    server.failure = "timed_out";
    expect((await send(await sign())).status).toBe(503);
    const replay: ReplayStore = { spend: () => Promise.reject(new Error("away")) };
    const without = await setUp({ replay });
    expect((await without.send(await without.sign())).status).toBe(503);
  });
});

test("signed requests need an audience, a replay store and the name of a claim", () => {
  const trustedIssuers = [{ issuer: ISSUER, keys: { jwks: { keys: [directory.jwk] } } }];
  const replay = memoryReplayStore();
  for (const options of [
    { signedRequests: { replay } },
    { audience: AUDIENCE, signedRequests: {} },
    { audience: AUDIENCE, signedRequests: { replay, jwksUriClaim: "" } },
    { audience: AUDIENCE, signedRequests: { replay, jwksUri: "jwks_uri" } },
  ]) {
    expect(() => softwareStatements({ trustedIssuers, ...(options as object) })).toThrow(MisuseError);
  }
});
