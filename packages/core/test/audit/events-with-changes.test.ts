import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { AuditEvents, RegistrationStore } from "../../src/store/registration-store.js";

const BODY = { redirect_uris: ["https://app.example/callback"], client_name: "App" };

/** A registration, what its store was given with each change that it made, and what its sink got. */
function watched() {
  const [given, recorded]: [object[], AuditEvent[]] = [[], []];
  const store = memoryStore();
  const time = { now: Date.UTC(2026, 10, 24) };
  const keep = (isMade: boolean, events: AuditEvents = []): void => {
    if (isMade) given.push(...events);
  };
  const made = <T extends { readonly outcome: string }>(done: T | Promise<T>, events?: AuditEvents): T => {
    const { outcome } = done as T;
    keep(["created", "replaced", "changed", "deleted", "revoked"].includes(outcome), events);
    return done as T;
  };
  const watching: RegistrationStore = {
    ...store,
    createClient: (client, guards) => made(store.createClient(client, guards), guards?.auditEvents),
    replaceClient: (client, version, events) => made(store.replaceClient(client, version), events),
    changeClientStatus: (id, change, events) => made(store.changeClientStatus(id, change), events),
    deleteClient: (id, events) => made(store.deleteClient(id), events),
    async deleteExpiredClients(ids, now, events = []) {
      const deleted = await store.deleteExpiredClients(ids, now);
      keep(
        true,
        events.filter((_, index) => deleted.includes(ids[index]!)),
      );
      return deleted;
    },
    async createInitialAccessToken(token, events) {
      await store.createInitialAccessToken(token);
      keep(true, events);
    },
    revokeInitialAccessToken: (id, at, events) => made(store.revokeInitialAccessToken(id, at), events),
  };
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    access: openRegistration({ dangerouslyUnlimited: true, acceptInitialAccessTokens: true }),
    clientManagement: { revokeTokens: () => undefined },
    lifecycle: { unusedTtlSeconds: 10, minimumAgeSeconds: 0 },
    clock: () => time.now,
    store: watching,
    audit: (event) => void recorded.push(event),
  });
  return { registration, given, recorded, time };
}

describe("the events of a change", () => {
  test("are with the store in the same call, and the sink gets the same objects", async () => {
    const { registration, given, recorded, time } = watched();
    const { token, record } = await registration.initialAccessTokens.issue();
    await registration.initialAccessTokens.revoke((await registration.initialAccessTokens.issue()).record.id);
    const registered = await registration.registerClient(BODY, { initialAccessToken: token });
    if (!registered.ok) throw new Error(registered.error.kind);
    const { client, response } = registered.value;
    const { clientId } = client;
    await registration.rotateClientSecret(clientId);
    await registration.disableClient(clientId);
    await registration.enableClient(clientId);

    const send = async (method: string, bearer: unknown, body?: object) =>
      registration.fetch(
        new Request(String(response.registration_client_uri), {
          method,
          headers: { authorization: `Bearer ${String(bearer)}`, "content-type": "application/json" },
          ...(body && { body: JSON.stringify(body) }),
        }),
      );
    const update = { ...BODY, client_id: clientId, client_name: "Other" };
    const updated = await send("PUT", response.registration_access_token, update);
    expect(updated.status).toBe(200);
    const { registration_access_token: next } = (await updated.json()) as Record<string, unknown>;
    expect((await send("DELETE", next)).status).toBe(204);

    await registration.registerClient(BODY);
    time.now += 11_000;
    expect(await registration.sweepClients()).toMatchObject({ deleted: 1 });

    expect(recorded.map(({ type }) => type)).toEqual([
      "initial_access_token_issued",
      "initial_access_token_issued",
      "initial_access_token_revoked",
      "client_registered",
      "initial_access_token_spent",
      "client_secret_rotated",
      "client_disabled",
      "client_enabled",
      "client_updated",
      "client_deleted",
      "client_registered",
      "client_expired",
    ]);
    expect(recorded[4]).toMatchObject({ initialAccessTokenId: record.id, clientId });
    expect(given).toHaveLength(recorded.length);
    for (const [index, event] of recorded.entries()) expect(given[index]).toBe(event);
  });

  test("are not of a client that leads to another, which has one of its own", async () => {
    const { registration, given, recorded } = watched();
    const body = { ...BODY, token_endpoint_auth_method: "none" };
    await Promise.all([registration.registerClient(body), registration.registerClient(body)]);
    expect(recorded.map(({ type }) => type)).toEqual(["client_registered", "client_reused"]);
    expect(given).toEqual([recorded[0]]);
  });
});
