import { exportSPKI, importJWK, SignJWT, type CryptoKey, type JWK } from "jose";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/lib/json.js";
import { base64url, ISSUER, rawToken, testKey, type TestKey } from "../json-web-token/token-issuer.js";
import { PUBLIC, textOf, updateOf } from "../support/managed-registration.js";
import { AUDIENCE, NOW, signedRequestServer, SOFTWARE_JWKS } from "../support/signed-request-server.js";

type Server = Awaited<ReturnType<typeof signedRequestServer>>;

/** Sends each body to a server of its own state. None may register, or make the server ask a host that only the body names. */
async function expectRefused(server: Server, bodies: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, body] of Object.entries(bodies)) {
    const answer = await server.send(body);
    expect([name, answer.status, answer.body["error"]]).toEqual([name, 400, "invalid_client_metadata"]);
  }
  expect(await server.store.findClients({}, { limit: 10 })).toEqual({ clients: [] });
  expect(server.server.urls.every((url) => url === SOFTWARE_JWKS)).toBe(true);
}

/** A body whose payload is this text, whatever JSON makes of it. */
async function signText(payload: string, { alg, privateKey, jwk }: TestKey): Promise<string> {
  const input = `${base64url(JSON.stringify({ alg, kid: jwk.kid }))}.${base64url(payload)}`;
  const algorithm = { name: "RSA-PSS", saltLength: 32 };
  const bytes = new TextEncoder().encode(input);
  return `${input}.${base64url(new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, bytes)))}`;
}

describe("a forged signature of a signed body (RFC 8725 section 2)", () => {
  test("is not the algorithm none, with a signature or without", async () => {
    const server = await signedRequestServer();
    const [, , signature] = (await server.sign()).split(".");
    const bodies: Record<string, string> = {};
    for (const alg of ["none", "None", "NONE", "", null, ["PS256"], 0]) {
      bodies[String(alg)] = rawToken({ alg }, server.claims());
      bodies[`${String(alg)}, signed`] = rawToken({ alg }, server.claims(), signature);
    }
    await expectRefused(server, bodies);
  });

  test("is not a MAC whose secret is the public key of the software", async () => {
    const server = await signedRequestServer();
    const { jwk } = server.software;
    const publicKey = (await importJWK(jwk, "PS256", { extractable: true })) as CryptoKey;
    const secrets = [await exportSPKI(publicKey), JSON.stringify(jwk), String(jwk.n), String(jwk.kid)];
    const bodies: Record<string, string> = {};
    for (const [i, secret] of secrets.entries())
      bodies[`secret ${i}`] = await new SignJWT(server.claims())
        .setProtectedHeader({ alg: "HS256", kid: "software-1" })
        .sign(new TextEncoder().encode(secret));
    await expectRefused(server, bodies);
  });

  test("is not a MAC whose secret the statement publishes", async () => {
    const server = await signedRequestServer();
    const secret = new Uint8Array(32).fill(7);
    const oct: JWK = { kty: "oct", k: base64url(secret), kid: "oct" };
    const software_statement = await server.directory.sign({
      iss: ISSUER,
      software_id: "editor",
      jwks: { keys: [oct] },
      redirect_uris: PUBLIC.redirect_uris,
    });
    const body = await new SignJWT({ ...server.claims(), software_statement })
      .setProtectedHeader({ alg: "HS256", kid: "oct" })
      .sign(secret);
    await expectRefused(server, { body });
  });

  test("does not bring its key or the address of its key along, and causes no request", async () => {
    const server = await signedRequestServer();
    const at = "https://evil.example/keys";
    const bodies: Record<string, string> = {};
    for (const header of [
      { jwk: server.stranger.jwk },
      { jku: at },
      { x5u: at },
      { x5c: ["MIIB"] },
      { jku: `${SOFTWARE_JWKS}@evil.example`, jwk: server.stranger.jwk, x5u: at },
      { jku: "http://169.254.169.254/" },
    ])
      bodies[JSON.stringify(header)] = await server.sign({}, server.stranger, header);
    await expectRefused(server, bodies);
  });

  test("does not lead elsewhere by its kid", async () => {
    const server = await signedRequestServer();
    const bodies: Record<string, string> = {};
    for (const kid of [
      "../../../../dev/null",
      "/dev/null",
      "software-1\u0000",
      "software-1' UNION SELECT 'secret",
      "__proto__",
      "constructor",
      "https://evil.example/keys",
      "*",
      "",
      ["software-1"],
    ])
      bodies[JSON.stringify(kid)] = await server.sign({}, server.stranger, { kid });
    await expectRefused(server, bodies);
  });

  test("has no critical extension that the server does not know", async () => {
    const server = await signedRequestServer();
    const [, payload, signature] = (await server.sign()).split(".");
    const bodies: Record<string, string> = {};
    for (const header of [{ crit: ["exp"] }, { crit: [] }, { crit: ["b64"], b64: false }]) {
      const text = JSON.stringify({ alg: "PS256", kid: "software-1", ...header });
      bodies[text] = `${base64url(text)}.${payload}.${signature}`;
    }
    await expectRefused(server, bodies);
  });

  test("is by no key where the statement names none, or no software", async () => {
    const server = await signedRequestServer();
    const bodies: Record<string, string> = {};
    for (const claims of [
      { software_id: "editor" },
      { software_id: "editor", jwks: { keys: [] } },
      { software_id: "editor", jwks: "keys" },
      { software_id: "editor", jwks_uri: SOFTWARE_JWKS },
      { software_jwks_uri: SOFTWARE_JWKS },
    ] satisfies JsonObject[]) {
      const software_statement = await server.directory.sign({
        iss: ISSUER,
        redirect_uris: PUBLIC.redirect_uris,
        ...claims,
      });
      bodies[JSON.stringify(claims)] = await server.sign({ software_statement });
    }
    await expectRefused(server, bodies);
  });
});

describe("a signed body that is not what it seems", () => {
  test("holds no other JWT, encrypted or signed, and is no statement", async () => {
    const server = await signedRequestServer();
    const inner = await server.sign();
    const outer = await signText(JSON.stringify(inner), server.software);
    await expectRefused(server, {
      "a JWT in a JWT": outer,
      "a JWT in a JWT, by cty": outer.replace(
        /^[^.]+/,
        base64url(JSON.stringify({ alg: "PS256", kid: "software-1", cty: "JWT" })),
      ),
      "five parts": `${inner}.a.b`,
      "the JSON serialization": JSON.stringify({ payload: inner.split(".")[1], signatures: [] }),
      "the statement itself": server.statement,
      "a list": await signText("[]", server.software),
      "bytes that are no UTF-8": `${inner.split(".")[0]}.${base64url(Uint8Array.of(0x7b, 0xff, 0x7d))}.AAAA`,
    });
  });

  test("names its statement once for its keys and for its metadata, where it names two", async () => {
    const server = await signedRequestServer();
    const mallory = await testKey("PS256", "mallory");
    const own = await server.directory.sign({
      iss: ISSUER,
      software_id: "mallory",
      client_name: "Mallory",
      jwks: { keys: [mallory.jwk] },
      redirect_uris: ["https://mallory.example/cb"],
    });
    const two = async (first: string, second: string, iss: string, key: TestKey): Promise<string> => {
      const { software_statement: _, ...claims } = server.claims();
      const text = JSON.stringify({ ...claims, iss }).slice(0, -1);
      return signText(`${text},"software_statement":"${first}","software_statement":"${second}"}`, key);
    };
    await expectRefused(server, {
      "the other's last": await two(own, server.statement, "mallory", mallory),
      "the other's last, and its issuer": await two(own, server.statement, "editor", mallory),
      "the own last, and the other's issuer": await two(server.statement, own, "editor", mallory),
    });
    // The last member counts everywhere, so that Mallory is Mallory.
    const { status, body } = await server.send(await two(server.statement, own, "mallory", mallory));
    expect([status, body["client_name"], body["software_id"]]).toEqual([201, "Mallory", "mallory"]);
  });

  test("is good for an hour at most, whatever number says otherwise", async () => {
    const server = await signedRequestServer();
    const bodies: Record<string, string> = {};
    for (const times of [
      { exp: NOW + 3_661 },
      { exp: 1e300 },
      { exp: Number.MAX_SAFE_INTEGER },
      { exp: NOW + 300, nbf: NOW + 120 },
      { exp: NOW + 300, iat: NOW + 120 },
      { exp: `${NOW + 300}` },
    ])
      bodies[JSON.stringify(times)] = await server.sign(times);
    await expectRefused(server, bodies);
    expect((await server.send(await server.sign({ exp: NOW + 3_600 }))).status).toBe(201);
  });

  test("names this server among its audiences, and itself as its issuer", async () => {
    const server = await signedRequestServer();
    const bodies: Record<string, string> = {};
    for (const changes of [
      { aud: [] },
      { aud: [""] },
      { aud: `${AUDIENCE}/` },
      { aud: [`${AUDIENCE}.evil.example`] },
      { iss: undefined },
      { iss: "" },
      { iss: "Editor" },
      { iss: ["editor"] },
      { iss: ISSUER },
    ])
      bodies[JSON.stringify(changes)] = await server.sign(changes);
    await expectRefused(server, bodies);
    const several = await server.sign({ aud: ["https://other.example", AUDIENCE] });
    expect((await server.send(several)).status).toBe(201);
  });

  test("is used once, however it is sent again", async () => {
    const server = await signedRequestServer();
    const request = await server.sign({ jti: "once" });
    const { status, body } = await server.send(request);
    expect(status).toBe(201);
    const [header, payload, signature] = request.split(".");
    const again = {
      "as another type": await server.send(request, "application/jose"),
      "with another signature": await server.send(await server.sign({ jti: "once" })),
      "with padding": await server.send(`${header}.${payload}.${signature}==`),
      "as an update": await server.send(
        await server.sign({ ...updateOf(body), jti: "once" }),
        "application/jwt",
        "PUT",
        textOf(body, "registration_client_uri"),
        textOf(body, "registration_access_token"),
      ),
    };
    for (const [name, answer] of Object.entries(again)) expect([name, answer.status]).toEqual([name, 400]);
    expect((await server.store.findClients({}, { limit: 10 })).clients).toHaveLength(1);
  });

  test("is used once, when it is sent many times at once", async () => {
    const server = await signedRequestServer();
    const request = await server.sign();
    const answers = await Promise.all(Array.from({ length: 20 }, async () => server.send(request)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});
