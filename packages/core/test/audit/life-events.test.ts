import { describe, expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import type { ClientRegistrationOptions } from "../../src/configuration/options.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryStore } from "../../src/store/memory-store.js";

const BODY = { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none" };

function watchedRegistration(options: Partial<ClientRegistrationOptions> = {}) {
  const events: AuditEvent[] = [];
  const time = { now: Date.UTC(2026, 10, 24) };
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    access: openRegistration({ dangerouslyUnlimited: true, acceptInitialAccessTokens: true }),
    store: memoryStore(),
    audit: (event) => void events.push(event),
    clock: () => time.now,
    ...options,
  });
  const register = async (context = {}) => {
    const result = await registration.registerClient(BODY, context);
    if (!result.ok) throw new Error(result.error.kind);
    return result.value.client;
  };
  return { registration, events, time, register };
}

describe("the audit log", () => {
  test("tells a client that was led to from one that was registered", async () => {
    const { events, register } = watchedRegistration();
    const { clientId } = await register();
    await register();
    expect(events).toMatchObject([
      { type: "client_registered", clientId, status: "pending" },
      { type: "client_reused", clientId },
    ]);
  });

  test("tells what operators do with a client, once, and nothing where nothing was done", async () => {
    const { registration, events, register } = watchedRegistration();
    const { clientId } = await register();
    events.length = 0;
    const at = "2026-11-24T00:00:00.000Z";
    for (const id of [clientId, "nobody"]) {
      await registration.approveClient(id);
      await registration.disableClient(id);
      await registration.disableClient(id);
      await registration.enableClient(id);
    }
    expect(events).toEqual([
      { type: "client_disabled", at, actor: "operator", clientId },
      { type: "client_enabled", at, actor: "operator", clientId },
    ]);
  });

  test("tells of a secret that an operator rotated, and not of one that there is none of", async () => {
    const { registration, events } = watchedRegistration();
    const body = { ...BODY, token_endpoint_auth_method: "client_secret_basic" };
    const registered = await registration.registerClient(body);
    if (!registered.ok) throw new Error(registered.error.kind);
    const { clientId } = registered.value.client;
    const rotated = await registration.rotateClientSecret(clientId);
    await registration.rotateClientSecret("nobody");
    expect(events.slice(1)).toEqual([
      { type: "client_secret_rotated", at: "2026-11-24T00:00:00.000Z", actor: "operator", clientId },
    ]);
    expect(JSON.stringify(events)).not.toContain(rotated?.clientSecret);
  });

  test("tells of each client that a sweep deletes, and of none that it keeps", async () => {
    const lifecycle = { unusedTtlSeconds: 10, minimumAgeSeconds: 0 };
    const { registration, events, time, register } = watchedRegistration({ lifecycle });
    const { clientId } = await register();
    events.length = 0;
    await registration.sweepClients();
    expect(events).toEqual([]);
    time.now += 10_000;
    await registration.sweepClients();
    expect(events).toEqual([
      { type: "client_expired", at: "2026-11-24T00:00:10.000Z", actor: "system", clientId },
    ]);
  });

  test("tells the life of an initial access token, and never the token", async () => {
    const { registration, events, register } = watchedRegistration();
    const { token, record } = await registration.initialAccessTokens.issue();
    const { clientId } = await register({ initialAccessToken: token });
    await registration.initialAccessTokens.revoke(record.id);
    await registration.initialAccessTokens.revoke("nobody");
    const { id: initialAccessTokenId } = record;
    expect(events).toMatchObject([
      { type: "initial_access_token_issued", actor: "operator", initialAccessTokenId },
      { type: "client_registered", clientId },
      { type: "initial_access_token_spent", actor: "token_holder", initialAccessTokenId, clientId },
      { type: "initial_access_token_revoked", actor: "operator", initialAccessTokenId },
    ]);
    expect(JSON.stringify(events)).not.toContain(token);
  });

  test("names the pool that was full", async () => {
    const { registration, events, register } = watchedRegistration({ quotas: { perAddress: 1 } });
    await register({ clientAddress: "192.0.2.1" });
    const other = { ...BODY, client_name: "Other" };
    const refused = await registration.registerClient(other, { clientAddress: "192.0.2.1" });
    expect(refused.ok).toBe(false);
    expect(events.at(-1)).toMatchObject({
      type: "registration_limited",
      reason: "quota_exceeded",
      quotaKey: "address:192.0.2.1",
    });
  });
});
