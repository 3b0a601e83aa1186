import { describe, expect, test } from "vitest";
import type { RegisteredClient } from "../../src/store/records.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import {
  managedRegistration,
  PUBLIC,
  START,
  textOf,
  updateOf,
  type ManagedRegistration,
} from "../support/managed-registration.js";

const HOUR = 3600;
const ENDS = { unusedTtlSeconds: HOUR, idleTtlSeconds: 2 * HOUR };

async function setUp(options: Parameters<typeof managedRegistration>[0] = {}, body: object = PUBLIC) {
  const made = managedRegistration(options);
  const answer = await made.register(body);
  const parameters = new URLSearchParams({
    client_id: answer.client_id,
    ...(answer.client_secret !== undefined && { client_secret: answer.client_secret }),
  });
  const authenticate = () => made.registration.authenticateClient({ parameters });
  return { ...made, answer, id: answer.client_id, authenticate };
}

async function found({ store }: ManagedRegistration, id: string): Promise<RegisteredClient> {
  const client = await store.findClient(id);
  if (!client) throw new Error("there is no such client");
  return client;
}

const refused = (reason: string) => ({ ok: false, error: { kind: "invalid_client", reason } });

describe("authenticateClient", () => {
  test("refuses a disabled client, and takes it again once it is enabled", async () => {
    const { registration, id, authenticate } = await setUp();
    await registration.disableClient(id);
    expect(await authenticate()).toMatchObject(refused("disabled"));
    await registration.enableClient(id);
    expect(await authenticate()).toMatchObject({ ok: true });
  });

  test("refuses an expired client on the second", async () => {
    const { time, authenticate } = await setUp({ lifecycle: ENDS });
    time.now = START + (HOUR - 1) * 1000;
    expect(await authenticate()).toMatchObject({ ok: true });
    time.now = START + HOUR * 1000;
    expect(await authenticate()).toMatchObject(refused("expired_client"));
  });

  test("takes an expired client that is in use, and a use then renews it", async () => {
    const made = await setUp({ lifecycle: { ...ENDS, isClientInUse: () => Promise.resolve(true) } });
    made.time.now = START + HOUR * 1000;
    const authenticated = await made.authenticate();
    if (!authenticated.ok) throw new Error(authenticated.error.kind);
    expect(await made.registration.recordClientUse(authenticated.value)).toBe("recorded");
    const renewed = { status: "active", expiresAt: START / 1000 + 3 * HOUR };
    expect(await found(made, made.id)).toMatchObject(renewed);
  });

  test("is unavailable when nobody can say whether an expired client is in use", async () => {
    const isClientInUse = () => Promise.reject(new Error("away"));
    const { time, authenticate } = await setUp({ lifecycle: { ...ENDS, isClientInUse } });
    expect(await authenticate()).toMatchObject({ ok: true });
    time.now = START + HOUR * 1000;
    expect(await authenticate()).toMatchObject({ ok: false, error: { kind: "unavailable" } });
  });

  test("tells the end of a secret from the end of its client", async () => {
    const body = { ...PUBLIC, token_endpoint_auth_method: "client_secret_post" };
    const secretFirst = await setUp(
      { clientSecretTtlSeconds: HOUR, lifecycle: { unusedTtlSeconds: 2 * HOUR } },
      body,
    );
    secretFirst.time.now = START + HOUR * 1000;
    expect(await secretFirst.authenticate()).toMatchObject(refused("expired_secret"));
    expect(await secretFirst.registration.sweepClients()).toMatchObject({ deleted: 0 });
    const clientFirst = await setUp(
      { clientSecretTtlSeconds: 2 * HOUR, lifecycle: { unusedTtlSeconds: HOUR } },
      body,
    );
    expect(clientFirst.answer.client_secret_expires_at).toBe(START / 1000 + 2 * HOUR);
    clientFirst.time.now = START + HOUR * 1000;
    expect(await clientFirst.authenticate()).toMatchObject(refused("expired_client"));
  });
});

describe("recordClientUse", () => {
  test("is unusable for a client that has expired or was disabled, and finds none that is gone", async () => {
    const made = await setUp({ lifecycle: ENDS });
    const client = await found(made, made.id);
    made.time.now = START + HOUR * 1000;
    expect(await made.registration.recordClientUse(client)).toBe("unusable");
    await made.registration.sweepClients();
    expect(await made.registration.recordClientUse(client)).toBe("not_found");
    const other = await made.register();
    await made.registration.disableClient(other.client_id);
    expect(await made.registration.recordClientUse(await found(made, other.client_id))).toBe("unusable");
  });

  test("does not wake a disabled client that is still in use", async () => {
    const made = await setUp({ lifecycle: { ...ENDS, isClientInUse: () => true } });
    const client = await found(made, made.id);
    made.time.now = START + HOUR * 1000;
    await made.registration.disableClient(made.id);
    await made.registration.recordClientUse(client);
    expect(await made.registration.recordClientUse(client)).toBe("unusable");
    expect(await found(made, made.id)).toMatchObject({ status: "disabled" });
  });

  test("asks the store again after a use that failed", async () => {
    const { store } = managedRegistration();
    let isAway = true;
    const made = await setUp({
      store: {
        ...store,
        recordClientUse: (...use) => {
          if (isAway) throw new Error("away");
          return store.recordClientUse(...use);
        },
      },
    });
    const client = await found(made, made.id);
    await expect(made.registration.recordClientUse(client)).rejects.toThrow("away");
    isAway = false;
    expect(await made.registration.recordClientUse(client)).toBe("recorded");
  });
});

describe("a client that was held", () => {
  const held = () => setUp({ lifecycle: ENDS, policies: { every: [holdForApproval()] } });

  test("begins with its approval: until then it may do nothing, and from then on its time runs", async () => {
    const made = await held();
    expect(await made.authenticate()).toMatchObject(refused("awaiting_approval"));
    made.time.now = START + 1000 * 1000;
    expect(await made.registration.approveClient(made.id)).toBe(true);
    const approved = { status: "pending", expiresAt: START / 1000 + 1000 + HOUR };
    expect(await found(made, made.id)).toMatchObject(approved);
    expect(await made.authenticate()).toMatchObject({ ok: true });
    expect(made.events.at(-1)).toMatchObject({ type: "client_approved", clientId: made.id });
  });

  test("is approved once, and nobody approves what is not held", async () => {
    const { registration, id } = await held();
    expect(await registration.approveClient("nobody")).toBe(false);
    await registration.approveClient(id);
    expect(await registration.approveClient(id)).toBe(false);
    await registration.disableClient(id);
    expect(await registration.approveClient(id)).toBe(false);
  });

  test("is not approved where it has changed since somebody looked at it, not even while it is approved", async () => {
    const { store } = managedRegistration();
    const made = await setUp({
      policies: { every: [holdForApproval()] },
      store: {
        ...store,
        async changeClientStatus(clientId, change) {
          // An update that gets between the operator's request and the store.
          const client = await store.findClient(clientId);
          if (client) await store.replaceClient({ ...client, version: client.version + 1 }, client.version);
          return store.changeClientStatus(clientId, change);
        },
      },
    });
    const { version } = await found(made, made.id);
    expect(await made.registration.approveClient(made.id, { version })).toBe(false);
    expect(await store.findClient(made.id)).toMatchObject({ status: "awaiting_approval" });
  });

  test("is not approved by disabling and enabling it", async () => {
    const made = await held();
    expect(await made.registration.disableClient(made.id)).toBe(false);
    expect(await made.registration.enableClient(made.id)).toBe(false);
    expect(await found(made, made.id)).toMatchObject({ status: "awaiting_approval" });
  });

  test("is not kept by a sweep, whatever is in use", async () => {
    const lifecycle = { ...ENDS, isClientInUse: () => true };
    const { registration, time } = await setUp({ lifecycle, policies: { every: [holdForApproval()] } });
    time.now = START + HOUR * 1000;
    expect(await registration.sweepClients()).toEqual({ deleted: 1, kept: 0, more: false });
  });
});

describe("disabling", () => {
  test("stops the time of a client that was never used, and enabling lets it begin anew", async () => {
    const made = await setUp({ lifecycle: ENDS });
    await made.registration.disableClient(made.id);
    made.time.now = START + 10 * HOUR * 1000;
    expect(await made.registration.enableClient(made.id)).toBe(true);
    const enabled = { status: "pending", expiresAt: START / 1000 + 11 * HOUR };
    expect(await found(made, made.id)).toMatchObject(enabled);
  });

  test("stops the time of a client that was used, and enabling counts as a use", async () => {
    const made = await setUp({ lifecycle: ENDS });
    await made.registration.recordClientUse(await found(made, made.id));
    await made.registration.disableClient(made.id);
    made.time.now = START + 10 * HOUR * 1000;
    expect(await made.registration.sweepClients()).toMatchObject({ deleted: 0 });
    expect(await made.registration.enableClient(made.id)).toBe(true);
    const enabled = { status: "active", expiresAt: START / 1000 + 12 * HOUR };
    expect(await found(made, made.id)).toMatchObject(enabled);
    expect(await made.registration.enableClient("nobody")).toBe(false);
  });

  test("is ended by what the client is then, not by what it was when an operator's process read it", async () => {
    const { store } = managedRegistration();
    let isRead = false;
    const made = await setUp({
      lifecycle: ENDS,
      store: {
        ...store,
        async findClient(clientId) {
          const client = await store.findClient(clientId);
          if (client?.status !== "disabled" || isRead) return client;
          isRead = true;
          // Another operator enables it, it is used, and is disabled again before this one goes on.
          await made.registration.enableClient(clientId);
          await store.recordClientUse(clientId, { at: START / 1000, expiresAt: START / 1000 + 2 * HOUR });
          await made.registration.disableClient(clientId);
          return client;
        },
      },
    });
    await made.registration.disableClient(made.id);
    expect(await made.registration.enableClient(made.id)).toBe(true);
    const enabled = { status: "active", expiresAt: START / 1000 + 2 * HOUR };
    expect(await found(made, made.id)).toMatchObject(enabled);
  });

  test("of a client that changes again and again is given up, and says so", async () => {
    const { store } = managedRegistration();
    const made = await setUp({
      store: {
        ...store,
        async changeClientStatus(clientId, change, auditEvents) {
          const client = await store.findClient(clientId);
          const isEnabling = change.from.includes("disabled");
          if (client && isEnabling)
            await store.replaceClient({ ...client, version: client.version + 1 }, client.version);
          return store.changeClientStatus(clientId, change, auditEvents);
        },
      },
    });
    await made.registration.disableClient(made.id);
    await expect(made.registration.enableClient(made.id)).rejects.toThrow("was changed each time");
    expect(await found(made, made.id)).toMatchObject({ status: "disabled" });
  });
});

describe("management", () => {
  test("of a client that has expired is answered with 401", async () => {
    const { time, answer, send } = await setUp({ lifecycle: ENDS });
    const { registration_client_uri: uri, registration_access_token: token } = answer;
    time.now = START + (HOUR - 1) * 1000;
    expect((await send("GET", uri, token)).status).toBe(200);
    time.now = START + HOUR * 1000;
    for (const method of ["GET", "PUT", "DELETE"]) {
      const body = method === "PUT" ? updateOf(answer) : undefined;
      expect(await send(method, uri, token, body)).toMatchObject({
        status: 401,
        body: { error: "invalid_token" },
      });
    }
  });

  test("of a disabled client changes nothing, and says 403", async () => {
    const made = await setUp();
    const { registration_client_uri: uri, registration_access_token: token } = made.answer;
    await made.registration.disableClient(made.id);
    const update = { ...updateOf(made.answer), client_name: "Other" };
    const answer = await made.send("PUT", uri, token, update);
    expect(answer.status).toBe(403);
    expect(textOf(answer.body, "error")).toBe("access_denied");
    expect((await found(made, made.id)).metadata.client_name).toBe("One");
  });
});
