import { describe, expect, test, vi } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import type { ClientRegistration } from "../../src/client-registration.js";
import { clientIdMetadataDocuments } from "../../src/client-id-metadata-document/index.js";
import { guardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import { issuerSweeper } from "../../src/many-issuers/sweep-issuers.js";
import { ok } from "../../src/lib/result.js";
import { memoryWebhookQueue } from "../../src/webhooks/index.js";
import { textOf, updateOf } from "../support/managed-registration.js";
import { A, B, BASE, tenants } from "./tenants.js";

const DAY = 86_400_000;

/** Limits that one issuer alone would reach soon. */
const small = () =>
  tenants({}, () => ({
    quotas: { perAddress: 3, total: 4 },
    lifecycle: { unusedTtlSeconds: 86_400, minimumAgeSeconds: 60 },
    idempotentRegistration: true,
  }));

describe("no call with issuer A", () => {
  test("sees a client of B: by its client_id, its token or its secret", async () => {
    const { register, send, of } = tenants();
    const { body: client } = await register(B);
    const id = textOf(client, "client_id");
    const token = textOf(client, "registration_access_token");
    const secret = textOf(client, "client_secret");
    const a = await of(A);

    expect(await a.findClient(id)).toMatchObject({ ok: false, error: { kind: "unknown_client" } });
    const request = {
      authorization: `Basic ${btoa(`${id}:${secret}`)}`,
      parameters: new URLSearchParams(),
    };
    expect((await a.authenticateClient(request)).ok).toBe(false);
    expect((await (await of(B)).authenticateClient(request)).ok).toBe(true);
    for (const method of ["GET", "DELETE"]) {
      const answer = await send(method, `${A}/register/${id}`, undefined, token);
      expect([answer.status, answer.body["error"]]).toEqual([401, "invalid_token"]);
    }
    expect((await send("PUT", `${A}/register/${id}`, updateOf(client), token)).status).toBe(401);
    expect([await a.disableClient(id), await a.approveClient(id), await a.enableClient(id)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(await a.rotateClientSecret(id)).toBeUndefined();
    expect((await send("GET", `${B}/register/${id}`, undefined, token)).status).toBe(200);
  });

  test("spends, sees or revokes an initial access token of B", async () => {
    const { register, of } = tenants();
    const [a, b] = [await of(A), await of(B)];
    const { token, record } = await b.initialAccessTokens.issue({ uses: 1 });
    expect((await register(A, "One", token)).status).toBe(401);
    expect(await a.initialAccessTokens.revoke(record.id)).toBe(false);
    expect(await a.initialAccessTokens.list()).toEqual([]);
    expect((await register(B, "One", token)).status).toBe(201);
  });

  test("is answered with the shared client of B", async () => {
    const { send } = small();
    const body = { redirect_uris: ["http://127.0.0.1/cb"], token_endpoint_auth_method: "none" };
    const ids: unknown[] = [];
    for (const issuer of [A, B, A, B]) {
      ids.push((await send("POST", `${issuer}/register`, body)).body["client_id"]);
    }
    expect([ids[0] === ids[2], ids[1] === ids[3], ids[0] === ids[1]]).toEqual([true, true, false]);
  });

  test("counts against, or lists, what B has", async () => {
    const { register, of } = small();
    for (let i = 0; i < 3; i++) expect((await register(B, `client ${i}`)).status).toBe(201);
    expect((await register(B, "one more")).status).toBe(429);
    expect((await register(A)).status).toBe(201);
    const a = await of(A);
    expect((await a.countClients()).pending).toBe(1);
    expect((await a.findClients()).clients.map(({ metadata }) => metadata.client_name)).toEqual(["One"]);
  });

  test("is limited by requests to B from the same address", async () => {
    const { register } = tenants();
    const statuses = async (issuer: string) => {
      const all: number[] = [];
      for (let i = 0; i < 21; i++) all.push((await register(issuer, `client ${i}`)).status);
      return all;
    };
    expect((await statuses(B)).filter((status) => status === 429)).toHaveLength(1);
    expect((await statuses(A)).filter((status) => status === 429)).toHaveLength(1);
  });

  test("lets B forget a count of A by filling the memory of a limiter", async () => {
    const { issuers, register } = tenants();
    for (let i = 0; i < 20; i++) await register(A, `client ${i}`);
    for (let i = 0; i < 300; i++) {
      const request = new Request(`${B}/register`, { method: "POST", body: "{}" });
      await issuers.fetch(request, { clientAddress: `198.51.${i >> 8}.${i & 255}` });
    }
    expect((await register(A, "one more")).status).toBe(429);
  });

  test("fills the replay store of B", () => {
    const stores = new Map<string, ReturnType<typeof memoryReplayStore>>();
    const { issuers } = tenants({}, (issuer, { keep }) => {
      stores.set(
        issuer,
        keep("replay", () => memoryReplayStore({ maxKeys: 100, clock: () => 0 })),
      );
      return {};
    });
    return Promise.all([A, B].map((issuer) => issuers.registrationOf(issuer))).then(() => {
      for (let i = 0; i < 200; i++) {
        try {
          void stores.get(A)?.spend(`key ${i}`, 60, `client ${i}`);
        } catch {
          // Full: for A.
        }
      }
      expect(() => stores.get(A)?.spend("key", 60, "new")).toThrow("no room");
      expect(stores.get(B)?.spend("key", 60, "new")).toBe(true);
    });
  });

  test("uses or pushes out a document that B fetched", async () => {
    const fetched: string[] = [];
    const { of } = tenants({}, (issuer) => ({
      clientIdMetadataDocuments: clientIdMetadataDocuments({
        guardedFetch: (url) => {
          fetched.push(`${issuer} ${url}`);
          const document = { client_id: url, client_name: "App", redirect_uris: [new URL("/cb", url).href] };
          const headers = new Headers({
            "content-type": "application/json",
            "cache-control": "max-age=3600",
          });
          return Promise.resolve(ok({ text: JSON.stringify(document), headers }));
        },
      }),
    }));
    const url = "https://app.example/client";
    const [a, b] = [await of(A), await of(B)];
    expect((await b.findClient(url)).ok).toBe(true);
    expect((await a.findClient(url)).ok).toBe(true);
    expect(fetched).toEqual([`${B} ${url}`, `${A} ${url}`]);
    for (let i = 0; i < 1100; i++) await a.findClient(`https://app${i}.example/client`);
    fetched.length = 0;
    await b.findClient(url);
    expect(fetched).toEqual([]);
  });

  test("stands in the audit log of B", async () => {
    const { register, send, eventsOf } = tenants();
    await register(A);
    await send("GET", `${A}/register/nobody`, undefined, "no-token");
    expect(eventsOf(A)).toHaveLength(2);
    expect(eventsOf(B)).toEqual([]);
  });

  test("waits for, or loses events by, a sink of B that is away", async () => {
    const { register, issuers, eventsOf } = tenants({}, (issuer) =>
      issuer === B ? { audit: () => new Promise<void>(() => undefined) } : {},
    );
    for (let i = 0; i < 20; i++) expect((await register(B, `client ${i}`)).status).toBe(201);
    expect((await register(A)).status).toBe(201);
    expect(eventsOf(A)).toHaveLength(1);
    expect(issuers.auditDelivery.waiting).toBe(20);
  });

  test("costs B events by leaving time and again, while the sinks of both are away", async () => {
    const away = new Set([A, B]);
    const { register, issuers, eventsOf, errors } = tenants({ maxRegistrations: 2 }, (issuer) => ({
      audit: (event) => {
        if (away.has(issuer)) throw new Error("away");
        eventsOf(issuer).push(event);
      },
    }));
    await register(B);
    for (let i = 0; i < 5; i++) for (const name of ["a", "c", "d"]) await register(`${BASE}/${name}`);
    expect(new Set(errors.map(([, issuer]) => issuer))).toEqual(new Set([A]));
    away.clear();
    await issuers.auditDelivery.flush();
    expect(eventsOf(B)).toMatchObject([{ type: "client_registered" }]);
    expect(issuers.auditDelivery).toMatchObject({ waiting: 0, lost: errors.length });
  });

  test("fills the memory by leaving time and again, while its sink is away", async () => {
    const { register, issuers } = tenants({ maxRegistrations: 2 }, (issuer) =>
      issuer === A ? { audit: () => Promise.reject(new Error("away")) } : {},
    );
    const room = tenants({ maxRegistrations: 100 }, () => ({
      audit: () => Promise.reject(new Error("away")),
    }));
    for (let i = 0; i < 12; i++) {
      for (const name of ["a", "c", "d"]) await register(`${BASE}/${name}`);
      await room.register(A, `client ${i}`);
      room.issuers.rebuild(A);
    }
    expect(issuers.auditDelivery.waiting + issuers.auditDelivery.lost).toBe(12);
    expect(issuers.auditDelivery.waiting).toBeLessThanOrEqual(3);
    expect(room.issuers.auditDelivery).toMatchObject({ waiting: 4, lost: 8 });
  });

  test("takes a request of the server from B, also by leaving memory while requests are under way", async () => {
    const never = new Promise<never>(() => undefined);
    let asked = 0;
    const { of, issuers } = tenants({}, (issuer, { keep }) => ({
      clientIdMetadataDocuments: clientIdMetadataDocuments({
        guardedFetch: keep("fetch", () =>
          guardedFetch({
            connection: ({ url }) => {
              asked += 1;
              if (issuer === A) return never;
              const document = {
                client_id: url.href,
                redirect_uris: [new URL("/cb", url).href],
                client_name: "App",
              };
              return Promise.resolve(Response.json(document));
            },
          }),
        ),
      }),
    }));
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 30; i++) void (await of(A)).findClient(`https://app${round}-${i}.example/client`);
      issuers.rebuild(A);
    }
    // Seven tenths of ten are for strangers, and what is under way still counts after the registration was built anew.
    await vi.waitFor(() => expect(asked).toBe(7));
    expect((await (await of(B)).findClient("https://app.example/client")).ok).toBe(true);
  });

  test("holds up B: with calls that wait for a limiter, a resolver or a store", async () => {
    const never = () => new Promise<never>(() => undefined);
    const { register, of } = tenants({}, (issuer) =>
      issuer === A ? { access: openRegistration({ rateLimiter: { consume: never } }) } : {},
    );
    const waiting = Array.from({ length: 500 }, (_, i) => register(A, `client ${i}`));
    expect((await register(B)).status).toBe(201);
    expect(await (await of(B)).countClients()).toMatchObject({ pending: 1 });
    expect(await Promise.race([...waiting, Promise.resolve("waiting")])).toBe("waiting");
  });

  test("is told to the webhooks of B", async () => {
    const queues = new Map([A, B].map((issuer) => [issuer, memoryWebhookQueue()]));
    const { register, of } = tenants({}, (issuer) => ({ audit: queues.get(issuer)!.record }));
    await register(A);
    await register(A, "Two");
    await (await of(B)).countClients();
    expect([queues.get(A)!.waiting, queues.get(B)!.waiting]).toEqual([2, 0]);
  });

  test("fails because a limiter or a store of B does", async () => {
    const down = () => Promise.reject(new Error("down"));
    const { register } = tenants({}, (issuer) =>
      issuer === B ? { store: new Proxy({}, { get: () => down }) as never } : {},
    );
    expect([(await register(B)).status, (await register(A)).status]).toEqual([503, 201]);
  });
});

describe("a sweep of all issuers", () => {
  async function expired(names: readonly string[], clients: number) {
    const made = small();
    for (const name of names) {
      for (let i = 0; i < clients; i++) await made.register(`${BASE}/${name}`, `client ${i}`);
    }
    made.time.now += 2 * DAY;
    return made;
  }

  test("deletes what has expired, of each issuer by its own rules", async () => {
    const { issuers, of, eventsOf } = await expired(["a", "b"], 2);
    expect(await issuers.sweepClients()).toEqual({ deleted: 4, kept: 0, more: false });
    for (const issuer of [A, B]) {
      expect(await (await of(issuer)).countClients()).toMatchObject({ expired: 0, pending: 0 });
      expect(eventsOf(issuer).filter(({ type }) => type === "client_expired")).toHaveLength(2);
    }
  });

  test("gives each a share, and begins where the last one ended", async () => {
    const { issuers, of } = await expired(["a", "b", "c"], 3);
    const left = () =>
      Promise.all(
        ["a", "b", "c"].map(async (name) => (await (await of(`${BASE}/${name}`)).countClients()).expired),
      );
    expect(await issuers.sweepClients({ limit: 3 })).toEqual({ deleted: 3, kept: 0, more: true });
    expect(await left()).toEqual([2, 2, 2]);
    expect(await issuers.sweepClients({ limit: 2 })).toEqual({ deleted: 2, kept: 0, more: true });
    expect(await left()).toEqual([1, 1, 2]);
    expect(await issuers.sweepClients({ limit: 1 })).toEqual({ deleted: 1, kept: 0, more: true });
    expect(await left()).toEqual([1, 1, 1]);
    expect(await issuers.sweepClients({ limit: 30 })).toMatchObject({ deleted: 3 });
    await expect(issuers.sweepClients({ limit: 0 })).rejects.toThrow("limit");
  });

  test("is not held up by a store that does not answer, nor asks it twice", async () => {
    let asked = 0;
    let isBack: () => void = () => undefined;
    const sweeps = (issuer: string) => ({
      sweepClients: ({ limit = 0 } = {}) => {
        const swept = { deleted: limit, kept: 0, more: false };
        if (issuer !== A) return Promise.resolve(swept);
        asked += 1;
        return new Promise<typeof swept>((resolve) => (isBack = () => resolve(swept)));
      },
    });
    const told: unknown[] = [];
    const entries = [A, B].map((issuer) => [issuer, sweeps(issuer) as ClientRegistration] as const);
    const sweep = issuerSweeper(
      () => entries,
      (...failure) => told.push(failure),
      20,
    );
    expect(await sweep({ limit: 10 })).toEqual({ deleted: 5, kept: 0, more: false });
    expect(await sweep({ limit: 10 })).toMatchObject({ deleted: 5 });
    expect([asked, told]).toEqual([1, [[expect.any(Error), A]]]);
    isBack();
    await vi.waitFor(async () => {
      void sweep({ limit: 10 });
      await Promise.resolve();
      expect(asked).toBe(2);
    });
  });

  test("passes over an issuer that cannot be swept, and tells of it", async () => {
    const { issuers, register, time, errors, of } = tenants({}, (issuer) => ({
      lifecycle: {
        unusedTtlSeconds: 60,
        minimumAgeSeconds: 60,
        ...(issuer === A && {
          isClientInUse: () => {
            throw new Error("grants of A");
          },
        }),
      },
    }));
    for (const issuer of [A, B]) await register(issuer);
    time.now += DAY;
    expect(await issuers.sweepClients()).toMatchObject({ deleted: 1 });
    expect(errors).toEqual([[expect.objectContaining({ message: "grants of A" }), A]]);
    expect((await (await of(A)).countClients()).expired).toBe(1);
  });
});
