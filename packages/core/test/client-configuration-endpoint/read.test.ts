import { describe, expect, test } from "vitest";
import { createClientRegistration } from "../../src/client-registration.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { openRegistration } from "../../src/access/open-registration.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { CONFIDENTIAL, managedRegistration, PUBLIC, updateOf } from "../support/managed-registration.js";

describe("the registration answer where clients manage themselves", () => {
  test("R7592-1: has a fully qualified URL of the server's own making, below the registration endpoint", async () => {
    const { register } = managedRegistration();
    const client = await register();
    expect(client.registration_client_uri).toBe(`https://as.example/register/${client.client_id}`);
  });

  test("R7592-17: has a token of 256 random bits with a prefix, of which the store gets the hash alone", async () => {
    const { register, store } = managedRegistration();
    const client = await register();
    expect(client.registration_access_token).toMatch(/^odcr_rat_[A-Za-z0-9_-]{43}$/);
    const stored = await store.findClient(client.client_id);
    expect(stored?.registrationAccessTokenHash).toMatch(/^[\da-f]{64}$/);
    expect(JSON.stringify(stored)).not.toContain(client.registration_access_token);
  });

  test("OIDC-7: has the URL and the token both, or neither of them where management is off", async () => {
    const registration = createClientRegistration({
      ...mcpPreset({ issuer: "https://as.example" }),
      idempotentRegistration: false,
      access: openRegistration({ dangerouslyUnlimited: true }),
      store: memoryStore(),
      audit: () => undefined,
    });
    const result = await registration.registerClient(PUBLIC);
    if (!result.ok) throw new Error("refused");
    expect(Object.keys(result.value.response).filter((name) => name.startsWith("registration_"))).toEqual([]);
    const path = `https://as.example/register/${result.value.client.clientId}`;
    const answer = await registration.fetch(new Request(path, { headers: { authorization: "Bearer x" } }));
    expect(answer.status).toBe(404);
  });

  test("R7592-20: does not double a slash at the end of the registration endpoint", async () => {
    const { register, send } = managedRegistration({
      ...mcpPreset({
        issuer: "https://as.example",
        registration_endpoint: "https://as.example/clients/",
      }),
      idempotentRegistration: false,
    });
    const response = await register().catch((error: unknown) => error);
    expect(response).toBeInstanceOf(Error); // Nobody serves /register here.
    const client = await register(PUBLIC, {}, "https://as.example/clients/");
    expect(client.registration_client_uri).toBe(`https://as.example/clients/${client.client_id}`);
    const answer = await send("GET", client.registration_client_uri, client.registration_access_token);
    expect(answer.status).toBe(200);
  });
});

describe("reading", () => {
  test("R7592-7: answers 200 with all that is registered, and again the same: nothing rotates", async () => {
    const { register, send, events } = managedRegistration();
    const client = await register({ ...CONFIDENTIAL, "client_name#ja": "ワン", scope: "read" });
    const read = () => send("GET", client.registration_client_uri, client.registration_access_token);
    const first = await read();
    const second = await read();
    expect(first.status).toBe(200);
    const { client_secret: _, ...withoutSecret } = client;
    expect(first.body).toEqual(withoutSecret);
    expect(second.text).toBe(first.text);
    expect(events.at(-1)).toMatchObject({ type: "client_read", clientId: client.client_id });
  });

  test("R7592-15: repeats the URL and the token that was presented", async () => {
    const { register, send } = managedRegistration();
    const client = await register();
    const { body } = await send("GET", client.registration_client_uri, client.registration_access_token);
    expect(body["registration_access_token"]).toBe(client.registration_access_token);
    expect(body["registration_client_uri"]).toBe(client.registration_client_uri);
  });

  test("R7592-18: is kept by no cache, whatever the answer", async () => {
    const { register, send } = managedRegistration();
    const client = await register();
    const { registration_client_uri: uri, registration_access_token: token } = client;
    for (const answer of [
      await send("GET", uri, token),
      await send("GET", uri, "nonsense"),
      await send("PUT", uri, token, {}),
      await send("PATCH", uri, token),
      await send("DELETE", uri, token),
    ]) {
      expect(answer.headers.get("cache-control"), String(answer.status)).toBe("no-store");
      expect(answer.headers.get("pragma")).toBe("no-cache");
    }
  });

  test("OIDC-8: may be done from a browser, with a preflight", async () => {
    const { register, send } = managedRegistration();
    const { registration_client_uri: uri, registration_access_token: token } = await register();
    const preflight = await send("OPTIONS", uri);
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET, PUT, DELETE, OPTIONS");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("Authorization");
    expect((await send("GET", uri, token)).headers.get("access-control-allow-origin")).toBe("*");
  });
});

describe("who is refused", () => {
  test("R7592-3: a bad token gets 401 invalid_token, and no token a challenge without an error", async () => {
    const { register, send } = managedRegistration();
    const { registration_client_uri: uri } = await register();
    const bad = await send("GET", uri, `odcr_rat_${"A".repeat(43)}`);
    expect(bad.status).toBe(401);
    expect(bad.body["error"]).toBe("invalid_token");
    expect(bad.headers.get("www-authenticate")).toBe(
      'Bearer realm="client-registration", error="invalid_token"',
    );
    const none = await send("GET", uri);
    expect(none.status).toBe(401);
    expect(none.headers.get("www-authenticate")).toBe('Bearer realm="client-registration"');
    expect(none.body).toEqual({});
    const inQuery = await send("GET", `${uri}?access_token=x`);
    expect(inQuery.status).toBe(400);
  });

  test.each(["GET", "PUT", "DELETE"])(
    "R7592-4, R7592-6: %s with another client's token and for no client get the same bytes, and nothing happens",
    async (method) => {
      const { register, send, store, events } = managedRegistration();
      const one = await register();
      const other = await register();
      const body = method === "PUT" ? updateOf(one) : undefined;
      const before = await store.findClient(one.client_id);
      const nobody = one.registration_client_uri.replace(one.client_id, "a".repeat(26));
      const odd = one.registration_client_uri.replace(one.client_id, "%00%2e%2e");
      const answers = [
        await send(method, one.registration_client_uri, other.registration_access_token, body),
        await send(method, nobody, one.registration_access_token, body),
        await send(method, odd, one.registration_access_token, body),
        await send(method, one.registration_client_uri, "nonsense", body),
      ];
      for (const { status, headers, text } of answers) {
        expect([status, Object.fromEntries(headers), text]).toEqual([
          401,
          Object.fromEntries(answers[0]?.headers ?? []),
          answers[0]?.text,
        ]);
        expect(text).not.toContain("One");
      }
      expect(await store.findClient(one.client_id)).toEqual(before);
      expect(events.slice(-4)).toMatchObject([
        { type: "client_management_refused", clientId: one.client_id, tokenProblem: "not_this_client" },
        { tokenProblem: "not_this_client", clientId: "a".repeat(26) },
        { tokenProblem: "not_this_client" },
        { tokenProblem: "unknown" },
      ]);
      expect(events.at(-2)).not.toHaveProperty("clientId");
    },
  );

  test("a token of a client that was registered without one manages nothing", async () => {
    const { register, send, store } = managedRegistration();
    const client = await register();
    const stored = await store.findClient(client.client_id);
    if (!stored) throw new Error("lost");
    const { registrationAccessTokenHash: _, ...unmanaged } = stored;
    await store.replaceClient({ ...unmanaged, version: 2 }, 1);
    for (const token of [client.registration_access_token, "0".repeat(64), "x"]) {
      expect((await send("GET", client.registration_client_uri, token)).status).toBe(401);
    }
  });

  test("R7592-2: a method that is not supported gets 405 with what is", async () => {
    const { register, send, events } = managedRegistration({ management: { operations: ["read"] } });
    const { registration_client_uri: uri, registration_access_token: token } = await register();
    for (const method of ["DELETE", "PUT", "POST", "PATCH", "HEAD"]) {
      const answer = await send(method, uri, token);
      expect(answer.status, method).toBe(405);
      expect(answer.headers.get("allow")).toBe("GET, OPTIONS");
    }
    expect(events.at(-1)).toMatchObject({ type: "client_management_refused", reason: "method_not_allowed" });
    expect((await send("GET", uri, token)).status).toBe(200);
  });

  test("R7591-35: a token that stands in the path reaches no audit event", async () => {
    const { register, send, events } = managedRegistration();
    const { registration_access_token: token } = await register();
    expect((await send("GET", `https://as.example/register/${token}`, token)).status).toBe(401);
    expect(JSON.stringify(events)).not.toContain(token);
  });

  test("a store that is down is a 503 without details", async () => {
    const { register, send, store } = managedRegistration();
    const { registration_client_uri: uri, registration_access_token: token } = await register();
    store.findClientByRegistrationAccessToken = () => {
      throw new Error("connection to 10.0.0.1 refused");
    };
    const answer = await send("GET", uri, token);
    expect(answer.status).toBe(503);
    expect(answer.text).not.toContain("10.0.0.1");
  });
});

test("requests to a client's own endpoint count against the rate limit, before a token is looked at", async () => {
  const { register, send, store } = managedRegistration({
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 2, windowSeconds: 60 }) }),
  });
  const { registration_client_uri: uri, registration_access_token: token } = await register();
  expect((await send("GET", uri, token)).status).toBe(200);
  store.findClientByRegistrationAccessToken = () => {
    throw new Error("asked");
  };
  for (const method of ["GET", "PUT", "DELETE"]) {
    const answer = await send(method, uri, token);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  }
});

describe("client_secret_expires_at", () => {
  test("R7592-15: is in the answers to GET and PUT while a secret exists", async () => {
    const { register, send } = managedRegistration({ clientSecretTtlSeconds: 1000 });
    const client = await register(CONFIDENTIAL);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const read = await send("GET", uri, token);
    expect(read.body["client_secret_expires_at"]).toBe(client["client_secret_expires_at"]);
    expect(read.body).not.toHaveProperty("client_secret");
    const updated = await send("PUT", uri, token, updateOf(client));
    expect(updated.body["client_secret_expires_at"]).toBe(client["client_secret_expires_at"]);
  });

  test("R7592-15: is 0 for a secret that does not expire, and in no answer about a client without one", async () => {
    const { register, send } = managedRegistration();
    for (const [body, expected] of [
      [CONFIDENTIAL, 0],
      [PUBLIC, undefined],
    ] as const) {
      const { registration_client_uri: uri, registration_access_token: token } = await register(body);
      expect((await send("GET", uri, token)).body["client_secret_expires_at"]).toBe(expected);
    }
  });
});

describe("a registration access token used on a client that does not exist", () => {
  const misdirected = async (revokeMisdirectedTokens: boolean, uri?: string) => {
    const managed = managedRegistration({ management: { revokeMisdirectedTokens } });
    const [own, other] = [await managed.register(), await managed.register()];
    const at = uri ?? other.registration_client_uri;
    const wrong = await managed.send("GET", at, own.registration_access_token);
    const right = await managed.send("GET", own.registration_client_uri, own.registration_access_token);
    const others = await managed.send("GET", other.registration_client_uri, other.registration_access_token);
    return [wrong.status, right.status, others.status];
  };
  const NOBODY = `https://as.example/register/${"a".repeat(26)}`;

  test("R7592-4: is revoked where the operator asks for it, and the client stays", async () => {
    expect(await misdirected(true, NOBODY)).toEqual([401, 401, 200]);
    // The same, or it would tell which identifiers exist.
    expect(await misdirected(true)).toEqual([401, 401, 200]);
  });

  test("R7592-4: stays by default, as whoever can misdirect a request could end it", async () => {
    expect(await misdirected(false, NOBODY)).toEqual([401, 200, 200]);
    expect(await misdirected(false)).toEqual([401, 200, 200]);
  });

  test("R7592-4: is revoked also when the client is changed at the same moment", async () => {
    const memory = memoryStore();
    let conflicts = 1;
    const { register, send } = managedRegistration({
      management: { revokeMisdirectedTokens: true },
      store: {
        ...memory,
        replaceClient: (client, version) =>
          conflicts-- > 0 ? { outcome: "conflict" } : memory.replaceClient(client, version),
      },
    });
    const { client_id, registration_access_token: token } = await register();
    expect((await send("GET", NOBODY, token)).status).toBe(401);
    expect(await memory.findClient(client_id)).not.toHaveProperty("registrationAccessTokenHash");
  });
});
