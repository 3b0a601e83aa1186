import { afterEach, describe, expect, test, vi } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent, RequestRefusedEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { RateLimitVerdict } from "../../src/rate-limit/rate-limiter.js";
import type { RegistrationStore } from "../../src/store/registration-store.js";

const INTERNAL = "connect ECONNREFUSED db-7.internal password=hunter2";
const NOW = Date.UTC(2026, 10, 5, 12, 0, 0, 500);

function broken(): never {
  throw new Error(INTERNAL);
}

function registrationWith(options: Partial<ClientRegistrationOptions> = {}) {
  const events: AuditEvent[] = [];
  const reported: { error: unknown; event: AuditEvent }[] = [];
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    maxBodyBytes: 65_536,
    access: openRegistration({ dangerouslyUnlimited: true }),
    store: memoryStore(),
    audit: (event) => {
      events.push(event);
    },
    onError: (error, event) => {
      reported.push({ error, event });
    },
    clock: () => NOW,
    ...options,
  });
  return { registration, events, reported };
}

const post = (body: unknown = { redirect_uris: ["https://app.example/cb"] }, init: RequestInit = {}) =>
  new Request("https://as.example/register", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...init,
  });

/** All that the caller can see of an answer. */
async function seen(response: Response): Promise<string> {
  return JSON.stringify([...response.headers]) + (await response.clone().text());
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("a store that fails", () => {
  const stores: Readonly<Record<string, Partial<RegistrationStore>>> = {
    throws: { createClient: broken },
    rejects: { createClient: () => Promise.reject(new Error(INTERNAL)) },
    "knows the identifier already": { createClient: () => ({ outcome: "duplicate_client_id" }) },
    "answers nonsense": { createClient: () => Promise.resolve(undefined as never) },
  };

  test.each(Object.entries(stores))("one that %s", async (_, failing) => {
    const { registration, events, reported } = registrationWith({ store: { ...memoryStore(), ...failing } });
    const response = await registration.fetch(post());
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.clone().json()).toEqual({
      error: "temporarily_unavailable",
      error_description: "registration is not available at the moment",
    });
    for (const word of ["ECONNREFUSED", "internal", "hunter2", "duplicate", "undefined"]) {
      expect(await seen(response)).not.toContain(word);
    }
    expect(events).toEqual([
      expect.objectContaining({ type: "registration_refused", reason: "store_unavailable" }),
    ]);
    expect(JSON.stringify(events)).not.toContain("hunter2");
    expect(reported).toEqual([{ error: expect.anything() as unknown, event: events[0] }]);
  });

  test("when it is asked for a client says so to the server, and not that there is none", async () => {
    const { registration } = registrationWith({ store: { ...memoryStore(), findClient: broken } });
    const found = await registration.findClient("x");
    expect(found).toMatchObject({ ok: false, error: { kind: "unavailable" } });
  });

  test("is not asked at all for a body that is refused", async () => {
    const createClient = vi.fn(broken);
    const { registration } = registrationWith({ store: { ...memoryStore(), createClient } });
    expect((await registration.fetch(post({ redirect_uris: ["javascript:x"] }))).status).toBe(400);
    expect(createClient).not.toHaveBeenCalled();
  });
});

describe("a rate limiter", () => {
  const limiters = {
    throws: { consume: broken },
    rejects: { consume: () => Promise.reject(new Error(INTERNAL)) },
  };

  test.each(Object.entries(limiters))("that %s closes the door by default", async (_, rateLimiter) => {
    for (const choice of [{}, { whenRateLimiterFails: () => "refuse" as const }]) {
      const { registration, events, reported } = registrationWith({
        access: openRegistration({ rateLimiter, ...choice }),
      });
      const response = await registration.fetch(post());
      expect(response.status).toBe(503);
      expect(response.headers.has("retry-after")).toBe(true);
      expect(await seen(response)).not.toContain("internal");
      expect(events).toEqual([expect.objectContaining({ reason: "rate_limiter_unavailable" })]);
      expect(reported).toHaveLength(1);
    }
  });

  test.each(Object.entries(limiters))(
    "that %s leaves it open where the operator says so",
    async (_, rateLimiter) => {
      const told: unknown[] = [];
      const whenRateLimiterFails = (error: unknown) => (told.push(error), "admit" as const);
      const access = openRegistration({ rateLimiter, whenRateLimiterFails });
      expect((await registrationWith({ access }).registration.fetch(post())).status).toBe(201);
      expect(told).toEqual([expect.any(Error)]);
    },
  );

  test("that fails waits for an operator's function, and closes the door if that fails too", async () => {
    const rateLimiter = { consume: broken };
    const statusOf = async (whenRateLimiterFails: () => Promise<"admit" | "refuse">) =>
      (
        await registrationWith({
          access: openRegistration({ rateLimiter, whenRateLimiterFails }),
        }).registration.fetch(post())
      ).status;
    expect(await statusOf(() => Promise.resolve("admit"))).toBe(201);
    expect(await statusOf(() => Promise.resolve("refuse"))).toBe(503);
    expect(await statusOf(() => Promise.reject(new Error(INTERNAL)))).toBe(503);
  });

  test.each([
    undefined,
    null,
    true,
    {},
    { allowed: 1 },
    { allowed: false },
    { allowed: false, retryAfterSeconds: "soon" },
  ])("that answers %j is one that fails", async (verdict) => {
    const rateLimiter = { consume: () => verdict as unknown as RateLimitVerdict };
    const response = await registrationWith({ access: openRegistration({ rateLimiter }) }).registration.fetch(
      post(),
    );
    expect(response.status).toBe(503);
  });

  test("answers 429 by address, before the body is read", async () => {
    const rateLimiter = memoryRateLimiter({ limit: 2, windowSeconds: 60, clock: () => NOW });
    const { registration, events } = registrationWith({ access: openRegistration({ rateLimiter }) });
    const from = async (clientAddress?: string) => {
      const request = post();
      const response = await registration.fetch(request, { clientAddress });
      return { response, status: response.status, bodyUsed: request.bodyUsed };
    };
    await from("2001:db8::1");
    await from("2001:db8::2");
    const third = await from("2001:db8::3");
    expect(third).toMatchObject({ status: 429, bodyUsed: false });
    expect(third.response.headers.get("retry-after")).toBe("30");
    expect(third.response.headers.get("ratelimit")).toBe('"registration";r=0;t=30');
    expect(third.response.headers.get("ratelimit-policy")).toBe('"registration";q=2;w=60');
    expect(events.at(-1)).toMatchObject({ reason: "rate_limited", clientAddress: "2001:db8::3" });
    expect((await from("2001:db8:0:1::1")).status).toBe(201);
    expect([(await from()).status, (await from()).status, (await from()).status]).toEqual([201, 201, 429]);
  });
});

describe("an audit sink", () => {
  test("gets the whole event of a registration and of a refusal", async () => {
    const { registration, events } = registrationWith();
    await registration.fetch(post({ redirect_uris: ["http://localhost:1/cb"], nonsense: 1 }), {
      clientAddress: "203.0.113.7",
      requestId: "request-7",
    });
    await registration.fetch(post({ redirect_uris: ["javascript:x"] }));
    expect(events).toEqual([
      {
        type: "client_registered",
        at: "2026-11-05T12:00:00.500Z",
        actor: "anonymous",
        requestId: "request-7",
        source: "open",
        clientAddress: "203.0.113.7",
        clientId: expect.stringMatching(/^[a-z2-7]{26}$/) as unknown,
        redirectUris: ["http://localhost:1/cb"],
        status: "pending",
        origin: { source: "open", policies: [] },
        findings: [expect.objectContaining({ rule: "metadata.unknown", severity: "warning" })],
      },
      {
        type: "registration_refused",
        at: "2026-11-05T12:00:00.500Z",
        actor: "anonymous",
        requestId: expect.stringMatching(/^[a-z2-7]{26}$/) as unknown,
        source: "open",
        reason: "refused_metadata",
        findings: [expect.objectContaining({ rule: "redirect_uri.scheme", severity: "error" })],
      },
    ]);
  });

  const sinks: Readonly<Record<string, ClientRegistrationOptions["audit"]>> = {
    throws: broken,
    rejects: () => Promise.reject(new Error(INTERNAL)),
  };

  test.each(Object.entries(sinks))(
    "that %s changes no answer; the first event reaches onError, and all are kept",
    async (_, audit) => {
      const { registration, reported } = registrationWith({ audit });
      const { registration: sound } = registrationWith();
      for (const body of [{ redirect_uris: ["https://app.example/cb"] }, { redirect_uris: [7] }]) {
        const response = await registration.fetch(post(body));
        const expected = await sound.fetch(post(body));
        expect(response.status).toBe(expected.status);
        expect([...response.headers]).toEqual([...expected.headers]);
        const names = async (answer: Response) => Object.keys((await answer.json()) as object);
        expect(await names(response)).toEqual(await names(expected));
      }
      await new Promise((resolve) => setImmediate(resolve));
      expect(reported.map(({ event }) => event.type)).toEqual(["client_registered"]);
      expect(registration.auditDelivery.waiting).toBe(2);
      expect(String(reported[0]?.error)).toContain(INTERNAL);
    },
  );

  test("that never comes back is not waited for, and the platform is asked to keep it alive", async () => {
    const pending = new Promise<void>(() => undefined);
    const { registration } = registrationWith({ audit: () => pending });
    const kept: Promise<unknown>[] = [];
    const response = await registration.fetch(post(), { waitUntil: (work) => kept.push(work) });
    expect(response.status).toBe(201);
    expect(kept).toHaveLength(1);
  });

  test("is kept alive until it is done, and what is kept alive never rejects", async () => {
    const { registration, reported } = registrationWith({ audit: () => Promise.reject(new Error(INTERNAL)) });
    const kept: Promise<unknown>[] = [];
    await registration.fetch(post(), { waitUntil: (work) => kept.push(work) });
    await expect(Promise.all(kept)).resolves.toBeDefined();
    expect(reported).toHaveLength(1);
  });

  test("a waitUntil that throws changes no answer", async () => {
    const events: AuditEvent[] = [];
    const audit = (event: AuditEvent) => Promise.resolve(void events.push(event));
    const { registration, reported } = registrationWith({ audit });
    expect((await registration.fetch(post(), { waitUntil: broken })).status).toBe(201);
    expect(events).toHaveLength(1);
    expect(reported).toHaveLength(1);
  });
});

describe("a body in pieces", () => {
  test("is whole where they are small", async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify({
        redirect_uris: ["https://app.example/cb"],
        client_name: "x".repeat(900),
        contacts: ["y".repeat(900), "z".repeat(900)],
      }),
    );
    let at = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at === bytes.length) controller.close();
        else controller.enqueue(bytes.subarray(at, (at = Math.min(at + 3, bytes.length))));
      },
    });
    const { registration } = registrationWith();
    const init: RequestInit & { duplex: "half" } = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      duplex: "half",
    };
    const response = await registration.fetch(new Request("https://as.example/register", init));
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      client_name: "x".repeat(900),
      contacts: ["y".repeat(900), "z".repeat(900)],
    });
  });
});

describe("a body that breaks a rule thousands of times", () => {
  const zeros = Array.from({ length: 50 }, () => 0);
  const tags = Array.from({ length: 200 }, (_, i) => [`keywords#en-x-${i}`, zeros]);
  const body = {
    ...(Object.fromEntries(tags) as object),
    redirect_uris: ["http://app.example/"],
    unknown: true,
  };

  test("is explained in two hundred findings, and told the log in a hundred, errors first", async () => {
    const { registration, events } = registrationWith();
    const { findings } = registration.explainClientMetadata(body);
    expect(findings).toHaveLength(102);
    expect(findings.at(-1)).toMatchObject({
      rule: "metadata.more_findings",
      count: 9901,
      description: "(body) has 9901 more (metadata.more_findings)",
    });
    expect((await registration.fetch(post(body))).status).toBe(400);
    const event = events[0] as RequestRefusedEvent;
    expect(event.findings).toHaveLength(100);
    expect(event.findings.every(({ severity }) => severity === "error")).toBe(true);
    // One more is the warning of the unknown member.
    expect(event.findingsOmitted).toBe(9902);
    expect(JSON.stringify(event).length).toBeLessThan(65_536);
  });
});

describe("a browser's preflight", () => {
  test("is told once that the answer varies with the origin", async () => {
    const { registration } = registrationWith({ corsOrigins: ["https://app.example"] });
    const ask = (origin: string) =>
      registration.fetch(post(null, { method: "OPTIONS", body: null, headers: { origin } }));
    const admitted = await ask("https://app.example");
    expect(admitted.headers.get("vary")).toBe("Origin");
    expect(admitted.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect((await ask("https://other.example")).headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("onError", () => {
  test("may reject: nothing is left unhandled", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { registration } = registrationWith({
      audit: broken,
      onError: () => Promise.reject(new Error(INTERNAL)),
    });
    expect((await registration.fetch(post())).status).toBe(201);
    await new Promise((resolve) => setImmediate(resolve));
    expect(logged).toHaveBeenCalledTimes(1);
    logged.mockRestore();
  });

  test("may throw: the answer is the same, and the console gets what it was to report", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    for (const [options, status] of [
      [{ store: { ...memoryStore(), createClient: broken } }, 503],
      [{ audit: broken }, 201],
    ] as const) {
      const { registration } = registrationWith({ ...options, onError: broken });
      expect((await registration.fetch(post())).status).toBe(status);
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(logged).toHaveBeenCalledTimes(2);
  });

  test("is the console where nobody gave one", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const registration = createClientRegistration({
      ...mcpPreset({ issuer: "https://as.example" }),
      access: openRegistration({ dangerouslyUnlimited: true }),
      store: { ...memoryStore(), createClient: broken },
      audit: () => undefined,
    });
    expect((await registration.fetch(post())).status).toBe(503);
    expect(String(logged.mock.calls[0]?.[1])).toContain(INTERNAL);
  });
});

describe("a defect of ours", () => {
  test.each<[string, Partial<ClientRegistrationOptions>]>([
    ["in the access rule", { access: { admit: broken } }],
    ["in the random source", { randomBytes: broken }],
  ])("%s is opaque, audited and reported", async (_, options) => {
    const { registration, events, reported } = registrationWith(options);
    const response = await registration.fetch(post());
    expect(response.status).toBe(500);
    expect(await seen(response)).not.toContain("internal");
    expect(events).toEqual([expect.objectContaining({ reason: "defect" })]);
    expect(reported).toHaveLength(1);
  });
});

describe("a client that goes away", () => {
  test("before the store was asked is not registered", async () => {
    const createClient = vi.fn(() => ({ outcome: "created" as const }));
    const { registration, events } = registrationWith({ store: { ...memoryStore(), createClient } });
    const gone = new AbortController();
    const request = post(undefined, { signal: gone.signal });
    gone.abort();
    const response = await registration.fetch(request);
    expect(response.status).toBe(400);
    expect(createClient).not.toHaveBeenCalled();
    expect(events).toEqual([expect.objectContaining({ reason: "request_aborted" })]);
  });
});

describe("what is stored", () => {
  test("has the secret as a hash alone, and is what was answered", async () => {
    const createClient = vi.fn<RegistrationStore["createClient"]>(() => ({ outcome: "created" }));
    const { registration } = registrationWith({ store: { ...memoryStore(), createClient } });
    const response = await registration.fetch(
      post({ redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "client_secret_post" }),
    );
    const answer = (await response.json()) as Record<string, unknown>;
    const stored = createClient.mock.calls[0]?.[0];
    expect(stored).toMatchObject({ clientId: answer["client_id"], clientSecretExpiresAt: 0 });
    expect(stored?.clientIdIssuedAt).toBe(Math.floor(NOW / 1000));
    expect(stored?.clientSecretHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(stored)).not.toContain(answer["client_secret"] as string);
    expect(answer).toMatchObject({ ...stored?.metadata });
  });

  test("has no secret where the client does not use one", async () => {
    const store = memoryStore();
    const { registration } = registrationWith({ store });
    const body = { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none" };
    const answer = (await (await registration.fetch(post(body))).json()) as Record<string, unknown>;
    expect(answer).not.toHaveProperty("client_secret");
    expect(answer).not.toHaveProperty("client_secret_expires_at");
    expect(await store.findClient(answer["client_id"] as string)).not.toHaveProperty("clientSecretHash");
  });
});
