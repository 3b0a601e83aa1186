import { describe, expect, test } from "vitest";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import type { ReplayStore } from "../../src/json-web-token/replay-store.js";
import type { VerifiedSoftwareStatement } from "../../src/software-statement/software-statement.js";
import { managedRegistration, PUBLIC, textOf, updateOf } from "../support/managed-registration.js";
import {
  AUDIENCE,
  NOW,
  REGISTER,
  signedRequestServer as setUp,
  SOFTWARE_JWKS,
} from "../support/signed-request-server.js";
import { ISSUER, testKey } from "../json-web-token/token-issuer.js";

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
    const { send, sign, server, directory, software } = await setUp();
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

describe("an operator who approves software", () => {
  test("is asked once for a signed body, and not before its signature holds", async () => {
    const asked: string[] = [];
    const approve = ({ issuer, claims }: VerifiedSoftwareStatement): boolean => {
      asked.push(`${issuer} ${JSON.stringify(claims["software_id"])}`);
      return claims["software_version"] !== "2";
    };
    const { send, sign, stranger, directory } = await setUp({}, { approve });
    expect((await send(await sign({}, stranger))).status).toBe(400);
    expect(asked).toEqual([]);
    const request = await sign();
    const { status, body } = await send(request);
    expect([status, asked]).toEqual([201, [`${ISSUER} "editor"`]]);
    expect((await send(request)).status).toBe(400);
    expect(asked).toHaveLength(1);

    const url = textOf(body, "registration_client_uri");
    const token = textOf(body, "registration_access_token");
    const update = await sign(updateOf(body));
    expect((await send(update, "application/jwt", "PUT", url, token)).status).toBe(200);
    expect(asked).toHaveLength(2);

    const software_statement = await directory.sign({
      iss: ISSUER,
      software_id: "editor",
      software_version: "2",
      software_jwks_uri: SOFTWARE_JWKS,
      redirect_uris: PUBLIC.redirect_uris,
    });
    const refused = await send(await sign({ software_statement }));
    expect([refused.status, refused.body["error"]]).toEqual([400, "unapproved_software_statement"]);
    expect(asked).toHaveLength(3);
  });
});

describe("a body is refused", () => {
  const REFUSED: readonly (readonly [string, (made: Awaited<ReturnType<typeof setUp>>) => Promise<string>, RegExp])[] = [
    ["of a copied statement, signed by a stranger", ({ sign, stranger }) => sign({}, stranger), /cannot be verified/],
    ["by keys of its own", ({ sign, stranger }) => sign({ jwks: { keys: [stranger.jwk] } }, stranger), /cannot be verified/],
    ["of another software", ({ sign }) => sign({ iss: "other" }), /software_id of its software_statement as iss/],
    ["for another server", ({ sign }) => sign({ aud: "https://other.example" }), /not meant for this server/],
    ["for no server", ({ sign }) => sign({ aud: undefined }), /must have aud, exp and jti/],
    ["without exp", ({ sign }) => sign({ exp: undefined }), /must have aud, exp and jti/],
    ["without jti", ({ sign }) => sign({ jti: undefined }), /must have aud, exp and jti/],
    ["that is good for a day", ({ sign }) => sign({ exp: NOW + 86_400 }), /must expire within an hour/],
    ["that has expired", ({ sign }) => sign({ exp: NOW - 100 }), /has expired/],
    ["with another typ", ({ sign, software }) => sign({}, software, { typ: "at+jwt" }), /typ other than jwt and jose/],
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
    const { send, sign, stranger } = await setUp();
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

test("signed requests need an audience, a replay store and the name of a claim", async () => {
  const directory = await testKey("PS256");
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
