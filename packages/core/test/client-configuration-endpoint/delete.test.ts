import { describe, expect, test } from "vitest";
import { createClientRegistration } from "../../src/client-registration.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { CONFIDENTIAL, managedRegistration, PUBLIC } from "../support/managed-registration.js";

describe("deleting", () => {
  test("R7592-13, R7592-14: revokes the tokens, deletes the record, answers 204 without a body; afterwards all is 401", async () => {
    const revoked: string[] = [];
    const { register, send, store, events } = managedRegistration({
      management: { revokeTokens: (client) => void revoked.push(client.clientId) },
    });
    const client = await register(CONFIDENTIAL);
    const { registration_client_uri: uri, registration_access_token: token } = client;
    const answer = await send("DELETE", uri, token);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(answer.headers.get("content-type")).toBe(null);
    expect(revoked).toEqual([client.client_id]);
    expect(await store.findClient(client.client_id)).toBe(undefined);
    expect(events.at(-1)).toMatchObject({ type: "client_deleted", clientId: client.client_id });
    for (const method of ["GET", "PUT", "DELETE"]) {
      expect((await send(method, uri, token, method === "PUT" ? {} : undefined)).status).toBe(401);
    }
    expect(revoked).toHaveLength(1);
  });

  test("R7592-14: keeps the client, with a 503, when its tokens cannot be revoked", async () => {
    let isDown = true;
    const { register, send, store, events } = managedRegistration({
      management: {
        revokeTokens: async () => {
          await Promise.resolve();
          if (isDown) throw new Error("token store at 10.0.0.1 is down");
        },
      },
    });
    const { client_id, registration_client_uri: uri, registration_access_token: token } = await register();
    const failed = await send("DELETE", uri, token);
    expect(failed.status).toBe(503);
    expect(failed.text).not.toContain("10.0.0.1");
    expect(await store.findClient(client_id)).toBeDefined();
    expect(events.at(-1)).toMatchObject({ reason: "revocation_failed" });
    isDown = false;
    expect((await send("DELETE", uri, token)).status).toBe(204);
  });

  test("disables, revokes and deletes in that order, so that no token issued in between survives", async () => {
    const steps: string[] = [];
    const { register, send, store, registration } = managedRegistration({
      management: {
        revokeTokens: async ({ clientId }) => {
          const found = await registration.findClient(clientId);
          steps.push(found.ok ? "enabled" : found.error.kind);
          const stored = await store.findClient(clientId);
          steps.push((stored && (await registration.recordClientUse(stored))) ?? "none");
        },
      },
    });
    const { client_id, registration_client_uri: uri, registration_access_token: token } = await register();
    expect((await send("DELETE", uri, token)).status).toBe(204);
    expect(steps).toEqual(["disabled", "unusable"]);
    expect(await store.findClient(client_id)).toBeUndefined();
  });

  test("that failed half-way is taken up again, and by the sweep where the client does not come back", async () => {
    const { register, send, store, registration, time } = managedRegistration({
      management: { revokeTokens: () => Promise.reject(new Error("down")) },
    });
    const { client_id, registration_client_uri: uri, registration_access_token: token } = await register();
    for (let i = 0; i < 2; i++) expect((await send("DELETE", uri, token)).status).toBe(503);
    expect((await registration.findClient(client_id)).ok).toBe(false);
    expect((await send("PUT", uri, token, { ...PUBLIC, client_id })).status).toBe(403);
    time.now += 86_401_000;
    await registration.sweepClients();
    expect(await store.findClient(client_id)).toBeUndefined();
  });

  test("is not for a client that an operator disabled", async () => {
    let isStopped = false;
    const { register, send, store, registration } = managedRegistration({
      management: { revokeTokens: () => void (isStopped = true) },
    });
    const { client_id, registration_client_uri: uri, registration_access_token: token } = await register();
    await registration.disableClient(client_id);
    const answer = await send("DELETE", uri, token);
    expect([answer.status, answer.body["error"]]).toEqual([403, "access_denied"]);
    expect(await store.findClient(client_id)).toMatchObject({ status: "disabled" });
    expect(isStopped).toBe(false);
  });

  test("is for a client that awaits approval", async () => {
    const { register, send, store } = managedRegistration({ policies: { every: [holdForApproval()] } });
    const { client_id, registration_client_uri: uri, registration_access_token: token } = await register();
    expect((await send("DELETE", uri, token)).status).toBe(204);
    expect(await store.findClient(client_id)).toBeUndefined();
  });

  test("does not go on when an operator disables the client at the same moment", async () => {
    const memory = memoryStore();
    const { register, send, registration } = managedRegistration({
      store: {
        ...memory,
        async findClientByRegistrationAccessToken(hash) {
          const client = await memory.findClientByRegistrationAccessToken(hash);
          if (client) await registration.disableClient(client.clientId);
          return client;
        },
      },
    });
    const { client_id, registration_client_uri: uri, registration_access_token: token } = await register();
    expect((await send("DELETE", uri, token)).status).toBe(403);
    expect(await memory.findClient(client_id)).toMatchObject({ status: "disabled" });
  });

  test("at once from ten connections deletes once", async () => {
    const { register, send } = managedRegistration();
    const { registration_client_uri: uri, registration_access_token: token } = await register();
    const answers = await Promise.all(Array.from({ length: 10 }, () => send("DELETE", uri, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      204,
      ...Array.from({ length: 9 }, () => 401),
    ]);
  });

  test("R7592-14: management without a way to revoke tokens does not start", () => {
    for (const clientManagement of [{}, { revokeTokens: "later" }, null, true]) {
      expect(() =>
        createClientRegistration({
          ...mcpPreset({ issuer: "https://as.example" }),
          store: memoryStore(),
          audit: () => undefined,
          clientManagement: clientManagement as never,
        }),
      ).toThrow(MisuseError);
    }
    for (const wrong of [
      { operations: [] },
      { operations: ["list"] },
      { rotateClientSecret: "yes" },
      { revokeMisdirectedTokens: 1 },
    ]) {
      expect(() => managedRegistration({ management: wrong as never })).toThrow(MisuseError);
    }
  });
});
