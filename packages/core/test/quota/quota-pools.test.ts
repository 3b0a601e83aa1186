import { describe, expect, test } from "vitest";
import { protectedRegistration } from "../../src/access/protected-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { ok } from "../../src/lib/result.js";
import { managedRegistration, PUBLIC, START } from "../support/managed-registration.js";

const HOUR = 3600;

function setUp(options: Parameters<typeof managedRegistration>[0]) {
  const made = managedRegistration(options);
  const register = (clientAddress = "192.0.2.1", initialAccessToken?: string) =>
    made.registration.registerClient(PUBLIC, {
      clientAddress,
      ...(initialAccessToken !== undefined && { initialAccessToken }),
    });
  const post = (clientAddress: string) =>
    made.registration.fetch(
      new Request("https://as.example/register", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(PUBLIC),
      }),
      { clientAddress },
    );
  return { ...made, register, post };
}

const FULL = { ok: false, error: { kind: "quota_exceeded" } };

describe("the pool of an initial access token", () => {
  test("is its own: neither the address nor another token counts with it", async () => {
    const { registration, register } = setUp({ quotas: { perInitialAccessToken: 1, perAddress: 1 } });
    const one = await registration.initialAccessTokens.issue({ uses: 5 });
    const other = await registration.initialAccessTokens.issue({ uses: 5 });
    expect(await register("192.0.2.1", one.token)).toMatchObject({ ok: true });
    expect(await register("192.0.2.2", one.token)).toMatchObject(FULL);
    expect(await register("192.0.2.1", other.token)).toMatchObject({ ok: true });
    expect(await register("192.0.2.1")).toMatchObject({ ok: true });
    expect(await register("192.0.2.1")).toMatchObject(FULL);
  });

  test("has a key that fits into an index, however its issuer names the token", async () => {
    const initialAccessTokenVerifier = {
      verify: (token: string) =>
        Promise.resolve(
          ok({
            id: "\u8a9e".repeat(1000) + token,
            constraints: {},
            spend: () => Promise.resolve(ok(undefined)),
          }),
        ),
    };
    const { store, register } = setUp({
      access: protectedRegistration({ initialAccessTokenVerifier }),
      quotas: { perInitialAccessToken: 1 },
    });
    const first = await register("192.0.2.1", "one");
    expect(await register("192.0.2.1", "one")).toMatchObject(FULL);
    expect(await register("192.0.2.1", "two")).toMatchObject({ ok: true });
    const stored = first.ok && (await store.findClient(first.value.client.clientId));
    expect(stored).toMatchObject({ quotaKeys: [expect.stringMatching(/^.{1,255}$/)] });
  });

  test("refuses without spending a use of the token", async () => {
    const { registration, register, events } = setUp({ quotas: { perInitialAccessToken: 1 } });
    const { token, record } = await registration.initialAccessTokens.issue({ uses: 2 });
    const first = await register("192.0.2.1", token);
    if (!first.ok) throw new Error(first.error.kind);
    expect(await register("192.0.2.1", token)).toMatchObject(FULL);
    expect(await registration.initialAccessTokens.inspect(record.id)).toMatchObject({ usesLeft: 1 });
    expect(refusals(events)).toMatchObject([{ quotaKey: `initial_access_token:${record.id}` }]);
    await registration.recordClientUse(first.value.client);
    expect(await register("192.0.2.1", token)).toMatchObject({ ok: true });
  });
});

describe("a place is given back", () => {
  test("by a client that deletes itself", async () => {
    const { post, send } = setUp({ quotas: { perAddress: 1 } });
    const client = (await (await post("192.0.2.1")).json()) as Record<string, string>;
    expect((await post("192.0.2.1")).status).toBe(429);
    const { registration_client_uri: uri = "", registration_access_token: token = "" } = client;
    expect((await send("DELETE", uri, token)).status).toBe(204);
    expect((await post("192.0.2.1")).status).toBe(201);
  });

  test("by a sweep, and not by an expiry alone", async () => {
    const { registration, register, time } = setUp({
      quotas: { total: 1 },
      lifecycle: { unusedTtlSeconds: HOUR },
    });
    await register();
    time.now = START + HOUR * 1000;
    expect(await register()).toMatchObject(FULL);
    await registration.sweepClients();
    expect(await register()).toMatchObject({ ok: true });
  });
});

describe("the answer", () => {
  test("to a caller whose pool is full is 429, and says which limit it was and what makes room", async () => {
    const { post } = setUp({ quotas: { perAddress: 2, total: 3 } });
    await post("192.0.2.1");
    await post("192.0.2.1");
    const answer = await post("192.0.2.1");
    expect(answer.status).toBe(429);
    // No time makes room, so none is told.
    expect(answer.headers.has("retry-after")).toBe(false);
    expect(answer.headers.get("ratelimit-policy")).toBe('"unused-clients";q=2');
    expect(answer.headers.get("ratelimit")).toBe('"unused-clients";r=0');
    expect(await answer.json()).toEqual({
      error: "too_many_requests",
      error_description:
        "2 clients are registered and not used yet, which is the limit; another can register once one of them is used, is deleted or expires",
    });
    expect((await post("192.0.2.2")).status).toBe(201);
  });

  test("at the capacity of the server is 503, and tells nobody its size", async () => {
    const { post, events } = setUp({ quotas: { perAddress: 2, total: 1 } });
    await post("192.0.2.1");
    const answer = await post("192.0.2.2");
    expect(answer.status).toBe(503);
    expect(answer.headers.has("retry-after")).toBe(false);
    expect(answer.headers.has("ratelimit")).toBe(false);
    expect(answer.headers.has("ratelimit-policy")).toBe(false);
    expect(await answer.json()).toEqual({
      error: "temporarily_unavailable",
      error_description:
        "registration is at its capacity; another client can register once one of those here is used, is deleted or expires",
    });
    expect(refusals(events)).toMatchObject([{ quotaKey: "total" }]);
  });
});

function refusals(events: readonly AuditEvent[]): readonly AuditEvent[] {
  return events.filter(({ type }) => type === "registration_limited");
}
