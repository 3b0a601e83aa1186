import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { err, ok } from "../../src/lib/result.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import type { RegisteredClient } from "../../src/store/records.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { CONFIDENTIAL, managedRegistration, PUBLIC, START } from "../support/managed-registration.js";

const HOUR = 3600;

function setUp(options: Parameters<typeof managedRegistration>[0] = {}) {
  const made = managedRegistration({ idempotentRegistration: true, ...options });
  const idOf = async (body: object, initialAccessToken?: string): Promise<string> => {
    const given = initialAccessToken === undefined ? {} : { initialAccessToken };
    const registered = await made.registration.registerClient(body, given);
    if (!registered.ok) throw new Error(registered.error.kind);
    return registered.value.client.clientId;
  };
  const clients = async (): Promise<number> => {
    const counts = await made.registration.countClients();
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  };
  return { ...made, idOf, clients };
}

const port = fc.integer({ min: 1024, max: 65_535 });
const shuffled = (...values: readonly string[]) =>
  fc.shuffledSubarray([...values], { minLength: values.length });

/** The same client in all its orders, with any loopback port. */
const sameClient = fc
  .record({
    ports: fc.tuple(port, port),
    order: shuffled("four", "six", "web"),
    grants: shuffled("authorization_code", "refresh_token"),
    contacts: shuffled("a@app.example", "b@app.example", "c@app.example"),
    scope: shuffled("read", "write"),
    members: fc.boolean(),
  })
  .map(({ ports: [four, six], order, grants, contacts, scope, members }) => {
    const uris: Readonly<Record<string, string>> = {
      four: `http://127.0.0.1:${four}/callback`,
      six: `http://[::1]:${six}/callback`,
      web: "https://app.example/callback",
    };
    const entries = Object.entries({
      ...PUBLIC,
      redirect_uris: order.map((name) => uris[name]),
      grant_types: grants,
      contacts,
      scope: scope.join(" "),
    });
    return Object.fromEntries(members ? entries : entries.reverse());
  });

describe("which registrations lead to one client", () => {
  test("those that differ in orders and loopback ports alone", async () => {
    const { idOf, clients } = setUp();
    const first = await idOf(fc.sample(sameClient, 1)[0] ?? {});
    await fc.assert(
      fc.asyncProperty(sameClient, async (body) => {
        expect(await idOf(body)).toBe(first);
      }),
    );
    expect(await clients()).toBe(1);
  });

  test("not those with another name, path, scope or list", async () => {
    const { idOf } = setUp();
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const body = fc
      .record({
        name: word,
        path: word,
        scope: fc.constantFrom("read", "write", "read write"),
        grants: fc.constantFrom(["authorization_code"], ["authorization_code", "refresh_token"]),
      })
      .map(({ name, path, scope, grants }) => ({
        ...PUBLIC,
        redirect_uris: [`http://127.0.0.1/${path}`],
        client_name: name,
        grant_types: grants,
        scope,
      }));
    await fc.assert(
      fc.asyncProperty(body, body, async (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect((await idOf(one)) === (await idOf(other))).toBe(isSame);
      }),
    );
  });

  test("not those of the host's name, whose port counts", async () => {
    const { idOf } = setUp();
    const at = (host: string) => idOf({ ...PUBLIC, redirect_uris: [`https://${host}/callback`] });
    expect(await at("app.example:8443")).not.toBe(await at("app.example:8444"));
  });

  test("never confidential clients, nor clients that a token admitted, nor where it is off", async () => {
    const { idOf, registration, store } = setUp();
    const confidential = [await idOf(CONFIDENTIAL), await idOf(CONFIDENTIAL)];
    const { token } = await registration.initialAccessTokens.issue({ uses: 2 });
    const admitted = [await idOf(PUBLIC, token), await idOf(PUBLIC, token)];
    const open = await idOf(PUBLIC);
    expect(new Set([...confidential, ...admitted, open]).size).toBe(5);
    for (const id of [...confidential, ...admitted]) {
      expect(await store.findClient(id)).not.toHaveProperty("fingerprint");
    }
    const off = setUp({ idempotentRegistration: false });
    expect(await off.idOf(PUBLIC)).not.toBe(await off.idOf(PUBLIC));
  });

  test("gives nobody a registration access token for a shared client, and others theirs", async () => {
    const { register } = setUp();
    for (const body of [PUBLIC, PUBLIC]) {
      const answer = await register(body);
      expect(answer).not.toHaveProperty("registration_access_token");
      expect(answer).not.toHaveProperty("registration_client_uri");
    }
    expect(await register(CONFIDENTIAL)).toHaveProperty("registration_access_token");
  });

  test("tells a shared client that was disabled from all others by 403", async () => {
    const { registration, register, idOf, send } = setUp();
    await registration.disableClient(await idOf(PUBLIC));
    const answer = await registration.fetch(
      new Request("https://as.example/register", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(PUBLIC),
      }),
    );
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: "access_denied" });
    await expect(register({ ...PUBLIC, client_name: "Other" })).resolves.toBeDefined();
    expect((await send("GET", "https://as.example/register")).status).toBe(405);
  });
});

describe("growth", () => {
  test("10,000 registrations of one body make one client", async () => {
    const { idOf, clients } = setUp({ quotas: { total: 1 } });
    for (let count = 0; count < 10_000; count += 1) await idOf(PUBLIC);
    expect(await clients()).toBe(1);
  });

  test("10,000 with a random loopback port make one client", async () => {
    const { idOf, clients } = setUp({ quotas: { total: 1 } });
    for (const number of fc.sample(port, 10_000)) {
      await idOf({ ...PUBLIC, redirect_uris: [`http://127.0.0.1:${number}/callback`] });
    }
    expect(await clients()).toBe(1);
  });
});

describe("a registration that leads to a client", () => {
  const counted = () => {
    const store = memoryStore();
    const writes: RegisteredClient[] = [];
    const made = setUp({
      lifecycle: { unusedTtlSeconds: 2 * HOUR },
      store: {
        ...store,
        createClient: (client, guards) => (writes.push(client), store.createClient(client, guards)),
      },
    });
    return { ...made, writes };
  };

  test("writes nothing while more than half of its time is left", async () => {
    const { idOf, writes, time, store } = counted();
    const id = await idOf(PUBLIC);
    time.now = START + (HOUR - 1) * 1000;
    expect(await idOf(PUBLIC)).toBe(id);
    expect(writes.length).toBe(1);
    expect(await store.findClient(id)).toMatchObject({ expiresAt: START / 1000 + 2 * HOUR });
  });

  test("renews it from then on", async () => {
    const { idOf, writes, time, store } = counted();
    const id = await idOf(PUBLIC);
    time.now = START + HOUR * 1000;
    expect(await idOf(PUBLIC)).toBe(id);
    expect(writes.length).toBe(2);
    expect(await store.findClient(id)).toMatchObject({ expiresAt: START / 1000 + 3 * HOUR });
  });

  test("writes nothing where clients stay", async () => {
    const { idOf, time, store } = setUp();
    const id = await idOf(PUBLIC);
    time.now += 1000 * HOUR * 1000;
    expect(await idOf(PUBLIC)).toBe(id);
    expect(await store.findClient(id)).toMatchObject({ version: 1 });
  });
});

describe("the rate limit", () => {
  const limited = (limit: number, ceiling: number) =>
    setUp({
      lifecycle: { unusedTtlSeconds: 2 * HOUR },
      access: openRegistration({
        rateLimiter: memoryRateLimiter({ limit: ceiling, windowSeconds: 60, clock: () => START }),
        rateLimiters: {
          perNewClient: memoryRateLimiter({ limit, windowSeconds: 60, clock: () => START }),
        },
      }),
    });
  const named = (client_name: string) => ({ ...PUBLIC, client_name });

  test("charges new rows, not repeats of a shared client", async () => {
    const { post, time } = limited(2, 100);
    const statusOf = async (name: string) => (await post(named(name))).status;
    for (let i = 0; i < 10; i++) expect(await statusOf("One")).toBe(201);
    // A renewal is no new row either.
    time.now += 1.5 * HOUR * 1000;
    expect([await statusOf("One"), await statusOf("Two"), await statusOf("Three")]).toEqual([201, 201, 429]);
    expect(await statusOf("One")).toBe(201);
  });

  test("has a ceiling against floods, for repeats too", async () => {
    const { post, events } = limited(100, 3);
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await post(named("One"))).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
    expect(events.at(-1)).toMatchObject({ type: "registration_limited" });
  });

  test("turns a client away before a foreign token is spent on it", async () => {
    let spent = 0;
    const { post } = setUp({
      access: {
        limits: {
          request: () => ok(undefined),
          registration: () => ok(undefined),
          software: () => ok(undefined),
          newClient: () =>
            err({
              kind: "rate_limited",
              scope: "new_client",
              retryAfterSeconds: 1,
              limit: 1,
              windowSeconds: 1,
            }),
        },
        admit: () =>
          ok({
            origin: { source: "initial_access_token" },
            spendForeignToken: () => {
              spent += 1;
              return Promise.resolve(ok(undefined));
            },
          }),
      },
    });
    expect((await post(PUBLIC)).status).toBe(429);
    expect(spent).toBe(0);
  });
});
