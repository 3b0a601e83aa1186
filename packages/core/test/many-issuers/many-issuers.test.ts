import { describe, expect, test, vi } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { misuseOf, textOf } from "../support/managed-registration.js";
import { A, B, BASE, tenants } from "./tenants.js";

const METADATA = "/.well-known/oauth-authorization-server";

describe("manyIssuers", () => {
  test("serves each issuer by its own registration, in the inserted well-known form too", async () => {
    const { send, register } = tenants();
    for (const issuer of [A, B]) {
      const { body } = await send("GET", issuer.replace(BASE, BASE + METADATA));
      expect(body).toMatchObject({ issuer, registration_endpoint: `${issuer}/register` });
      const client = (await register(issuer)).body;
      expect(textOf(client, "registration_client_uri")).toMatch(new RegExp(`^${issuer}/register/`));
      const token = textOf(client, "registration_access_token");
      const read = await send("GET", textOf(client, "registration_client_uri"), undefined, token);
      expect(read).toMatchObject({ status: 200, body: { client_id: client["client_id"] } });
    }
  });

  test("builds a registration when somebody asks, and once for all who ask at the same time", async () => {
    const { built, register } = tenants();
    expect(built).toEqual([]);
    await Promise.all([register(A), register(A), register(B), register(A)]);
    await register(A);
    expect(built.sort()).toEqual([A, B]);
  });

  test.each([
    ["answers undefined", () => undefined],
    ["answers something else", () => 7 as never],
    [
      "throws",
      () => {
        throw new Error("resolver");
      },
    ],
    ["rejects", () => Promise.reject(new Error("resolver"))],
  ])("answers 404 where the resolver %s", async (what, issuerOf) => {
    const { send, register, built, errors } = tenants({ issuerOf });
    expect(await register(A)).toEqual({ status: 404, body: { error: "not_found" } });
    expect((await send("GET", A)).status).toBe(404);
    expect(built).toEqual([]);
    expect(errors.length).toBe(/throws|rejects/.test(what) ? 2 : 0);
  });

  test("answers 404 for an issuer that there is not, and keeps nothing of it", async () => {
    const keep = vi.fn(() => ({}));
    const { register, issuers } = tenants({
      registrationFor: (_, state) => {
        state.keep("x", keep);
        return undefined;
      },
    });
    expect((await register(A)).status).toBe(404);
    expect((await register(A)).status).toBe(404);
    expect(keep).toHaveBeenCalledTimes(2);
    expect(await issuers.registrationOf(A)).toBeUndefined();
  });

  test("answers 404 where registrationFor answers another issuer's registration, and tells of it", async () => {
    const other = await tenants().of(B);
    const { register, errors } = tenants({ registrationFor: () => other });
    expect((await register(A)).status).toBe(404);
    expect(errors).toEqual([[expect.objectContaining({ message: expect.stringContaining(B) as string }), A]]);
  });

  test("answers 503 for an issuer that cannot be built, tries again, and serves the others", async () => {
    let isDown = true;
    const { register, errors, issuers } = tenants({}, (issuer) => {
      if (issuer === B && isDown) throw new Error("database of B");
      return {};
    });
    expect((await register(B)).status).toBe(503);
    await expect(issuers.registrationOf(B)).rejects.toThrow("database of B");
    expect((await register(A)).status).toBe(201);
    expect(errors).toEqual([[expect.objectContaining({ message: "database of B" }), B]]);
    isDown = false;
    expect((await register(B)).status).toBe(201);
  });

  test("one issuer that takes for ever to build holds up no other", async () => {
    const never = new Promise<undefined>(() => undefined);
    const server = tenants();
    const { register } = tenants({
      registrationFor: (issuer) => (issuer === B ? never : server.of(issuer)),
    });
    const waiting = register(B);
    expect((await register(A)).status).toBe(201);
    expect(await Promise.race([waiting, Promise.resolve("still waiting")])).toBe("still waiting");
  });

  test("an onError that fails, or is left out, changes no answer", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const failing = () => Promise.reject(new Error("resolver"));
    const broken = { issuerOf: failing, onError: () => failing() };
    expect((await tenants(broken).register(A)).status).toBe(404);
    expect((await tenants({ issuerOf: failing, onError: undefined as never }).register(A)).status).toBe(404);
    await vi.waitFor(() => expect(logged).toHaveBeenCalledTimes(2));
    logged.mockRestore();
  });

  test("is not built from options that make no sense", () => {
    for (const wrong of [
      { issuerOf: undefined },
      { registrationFor: {} },
      { maxRegistrations: 0 },
      { onError: 7 },
      { issuerof: () => undefined },
    ]) {
      expect(
        misuseOf(() => tenants(wrong as never)),
        JSON.stringify(wrong),
      ).toBe("ERR_OPTION");
    }
  });
});

describe("a registration that left memory", () => {
  test("is the longest unused one, and is built again", async () => {
    const { register, built } = tenants({ maxRegistrations: 2 });
    for (const name of ["a", "b", "a", "c", "a", "b"]) await register(`${BASE}/${name}`);
    expect(built.map((issuer) => issuer.at(-1))).toEqual(["a", "b", "c", "b"]);
  });

  test("takes no client, token or count with it: what limits keep is not reset", async () => {
    const { register, of, issuers, built } = tenants({ maxRegistrations: 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 30; i++) {
      statuses.push((await register(A, `client ${i}`)).status);
      await register(B, `client ${i}`);
    }
    expect(built.length).toBe(60);
    expect(statuses).toEqual([...Array<number>(20).fill(201), ...Array<number>(10).fill(429)]);
    expect(await (await of(A)).countClients()).toMatchObject({ pending: 20 });
    issuers.rebuild(A);
    expect((await register(A)).status).toBe(429);
  });

  test("has delivered its events, also those of a sink that was away meanwhile", async () => {
    let isAway = true;
    const taken: string[] = [];
    const audit = (event: { type: string }) => {
      if (isAway) throw new Error("away");
      taken.push(event.type);
    };
    const { register, issuers } = tenants({ maxRegistrations: 3 }, () => ({ audit }));
    for (let i = 0; i < 6; i++) await register(`${BASE}/t${i}`);
    expect(issuers.auditDelivery.waiting).toBe(6);
    isAway = false;
    await issuers.auditDelivery.flush();
    expect(taken).toEqual(Array<string>(6).fill("client_registered"));
    expect(issuers.auditDelivery).toMatchObject({ waiting: 0, lost: 0 });
  });

  test("loses events, counted and told of, where more leave than can be kept aside", async () => {
    const audit = () => Promise.reject(new Error("away"));
    const { register, issuers, errors } = tenants({ maxRegistrations: 2 }, () => ({ audit }));
    for (let i = 0; i < 6; i++) await register(`${BASE}/t${i}`);
    expect(issuers.auditDelivery).toMatchObject({ waiting: 4, lost: 2 });
    expect(errors.map(([, issuer]) => issuer)).toEqual([`${BASE}/t0`, `${BASE}/t1`]);
  });

  test("counts what was limited", async () => {
    const { register, eventsOf } = tenants({ maxRegistrations: 1 });
    for (let i = 0; i < 25; i++) await register(A, `client ${i}`);
    await register(B);
    await vi.waitFor(() =>
      expect(eventsOf(A).filter(({ type }) => type === "registration_limited")).toMatchObject([
        {},
        { occurrences: 4 },
      ]),
    );
  });

  test("delivers the events of requests that it was serving", async () => {
    let open: () => void = () => undefined;
    let reached: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const isServing = new Promise<void>((resolve) => (reached = resolve));
    const consume = async () => {
      reached();
      await gate;
      return { allowed: true } as const;
    };
    let isAway = true;
    const { register, issuers, eventsOf } = tenants({ maxRegistrations: 1 }, (issuer) =>
      issuer === B
        ? {}
        : {
            access: openRegistration({ rateLimiter: { consume } }),
            audit: (event) => {
              if (isAway) throw new Error("away");
              eventsOf(A).push(event);
            },
          },
    );
    const slow = register(A);
    await isServing;
    await register(B);
    open();
    expect((await slow).status).toBe(201);
    expect(issuers.auditDelivery.waiting).toBe(1);
    isAway = false;
    await issuers.auditDelivery.flush();
    expect(eventsOf(A)).toMatchObject([{ type: "client_registered" }]);
    expect(issuers.auditDelivery.waiting).toBe(0);
  });
});

describe("an issuer whose options change, or that ends", () => {
  test("is built anew by rebuild, with what was kept", async () => {
    let scopes = ["read"];
    const { register, issuers, of } = tenants({}, () => ({ defaultScopes: scopes }));
    await register(A);
    scopes = [];
    issuers.rebuild(A);
    const { body } = await register(A, "Two");
    expect(body).not.toHaveProperty("scope");
    expect((await (await of(A)).countClients()).pending).toBe(2);
  });

  test("is forgotten by remove, also while it is being built", async () => {
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const known = new Set([A]);
    const other = tenants();
    const { issuers, register } = tenants({
      registrationFor: async (issuer) => {
        if (!known.has(issuer)) return undefined;
        await gate;
        return other.of(issuer);
      },
    });
    const asked = issuers.registrationOf(A);
    known.delete(A);
    issuers.remove(A);
    open();
    expect(await asked).toBeUndefined();
    expect((await register(A)).status).toBe(404);

    const { register: again, issuers: others } = tenants();
    await again(A);
    others.remove(A);
    expect((await (await others.registrationOf(A))?.countClients())?.pending).toBe(0);
  });
});

test("the key of an issuer is a name for a schema, a file and a prefix, and nobody else's", async () => {
  const keys: string[] = [];
  const { register } = tenants({}, (_, { key }) => {
    keys.push(key);
    return {};
  });
  for (const issuer of [A, B, `${BASE}/A`]) await register(issuer);
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(key).toMatch(/^issuer_[0-9a-f]{40}$/);
});
