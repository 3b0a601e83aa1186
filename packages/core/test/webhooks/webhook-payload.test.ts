import { describe, expect, it } from "vitest";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration, mcpPreset, openRegistration } from "../../src/index.js";
import { memoryRateLimiter, memoryStore } from "../../src/memory.js";
import { holdForApproval } from "../../src/policy/index.js";
import { webhookPayload, type WebhookPayload } from "../../src/webhooks/index.js";

const NOW = Date.parse("2026-09-21T14:13:20.000Z");

/** A registration server, and the webhooks of what happens to it. */
function server(more: object = {}) {
  const webhooks: WebhookPayload[] = [];
  const events: AuditEvent[] = [];
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1000, windowSeconds: 60 }) }),
    store: memoryStore(),
    clock: () => NOW,
    quotas: { perAddress: 2 },
    lifecycle: { unusedTtlSeconds: 86_400 },
    idempotentRegistration: false,
    audit(event) {
      events.push(event);
      const payload = webhookPayload(event);
      if (payload) webhooks.push(payload);
    },
    ...more,
  });
  const register = async () =>
    registration.registerClient(
      { redirect_uris: ["https://app.example/cb?token=secret"], token_endpoint_auth_method: "none" },
      { clientAddress: "198.51.100.7" },
    );
  return { registration, webhooks, events, register };
}

describe("webhooks of a registration server", () => {
  it("tell of a client that is registered, disabled, enabled, and deleted by a sweep", async () => {
    let now = NOW;
    const { registration, webhooks, register } = server({ clock: () => now });
    const registered = await register();
    const clientId = registered.ok ? registered.value.client.clientId : "";
    await registration.disableClient(clientId);
    await registration.enableClient(clientId);
    now += 200_000_000;
    await registration.sweepClients({ limit: 10 });
    expect(webhooks.map(({ type, data }) => [type, data.actor, data.client_id])).toEqual([
      ["client.registered", "anonymous", clientId],
      ["client.disabled", "operator", clientId],
      ["client.enabled", "operator", clientId],
      ["client.deleted", "system", clientId],
    ]);
    expect(webhooks[0]).toEqual({
      type: "client.registered",
      timestamp: "2026-09-21T14:13:20.000Z",
      data: {
        client_id: clientId,
        actor: "anonymous",
        source: "open",
        status: "pending",
        redirect_uris: ["https://app.example/cb?\u2026"],
      },
    });
  });

  it("tell of a client that is held and approved", async () => {
    const policies = { open: [holdForApproval()] };
    const { registration, webhooks, register } = server({ policies });
    const registered = await register();
    await registration.approveClient(registered.ok ? registered.value.client.clientId : "");
    expect(webhooks.map(({ type }) => type)).toEqual(["client.held", "client.approved"]);
    expect(webhooks[0]?.data).toMatchObject({ status: "awaiting_approval" });
    expect(webhooks[0]?.data.held_because).toBeTruthy();
  });

  it("tell that a quota is reached, without its address", async () => {
    const { webhooks, events, register } = server();
    for (let i = 0; i < 3; i += 1) await register();
    expect(webhooks.at(-1)).toEqual({
      type: "quota.reached",
      timestamp: "2026-09-21T14:13:20.000Z",
      data: { actor: "anonymous", source: "open", quota: "address" },
    });
    expect(JSON.stringify(events)).toContain("198.51.100.7");
    expect(JSON.stringify(webhooks)).not.toContain("198.51.100.7");
  });
});

const origin = { source: "open", policies: [] } as const;
const request = { at: "2026-09-21T14:13:20.000Z", actor: "client", requestId: "r", findings: [] } as const;
const served = { ...request, clientId: "c", redirectUris: [], status: "active", origin } as const;

describe("webhookPayload", () => {
  it.each<[string | undefined, AuditEvent]>([
    ["client.updated", { ...served, type: "client_updated", changes: [] }],
    [
      "client.held",
      {
        ...served,
        type: "client_updated",
        status: "awaiting_approval",
        heldBecause: "new host",
        changes: [],
      },
    ],
    ["client.deleted", { ...served, type: "client_deleted" }],
    ["client.rejected", { ...request, type: "client_rejected", clientId: "c" }],
    ["client.held", { ...request, type: "client_held", actor: "system", clientId: "c", heldBecause: "new" }],
    [undefined, { ...request, type: "client_document_changed", actor: "system", clientId: "c" }],
    [
      "client.promoted",
      {
        ...request,
        type: "client_document_changed",
        clientId: "c",
        tier: "unknown",
        previousTier: "approved",
      },
    ],
    [undefined, { ...served, type: "client_read" }],
    [undefined, { ...served, type: "client_reused" }],
    [undefined, { ...request, type: "registration_refused", reason: "invalid_json" as never }],
    [undefined, { ...request, type: "registration_limited", reason: "rate_limited", rateLimit: "address" }],
    [undefined, { ...request, type: "client_secret_rotated", clientId: "c" }],
    [undefined, { ...request, type: "initial_access_token_issued", initialAccessTokenId: "t" }],
    [undefined, { ...request, type: "an_event_of_2028" as never, clientId: "c" }],
  ])("makes %s of it", (type, event) => {
    expect(webhookPayload(event)?.type).toBe(type);
  });

  it("tells of a document that changed, and not of one that is fetched again", () => {
    const document = {
      ...request,
      type: "client_document_accepted",
      clientId: "https://app.example/client",
      source: "metadata_document",
    } as const;
    expect(webhookPayload({ ...document, redirectUris: [] })).toBeUndefined();
    expect(webhookPayload({ ...document, changes: [] })).toBeUndefined();
    const changes = [{ member: "jwks_uri", change: "changed", to: "https://secret.example" }] as const;
    expect(webhookPayload({ ...document, changes })).toMatchObject({
      type: "client.document_changed",
      data: { client_id: "https://app.example/client", changed_members: ["jwks_uri"] },
    });
    expect(JSON.stringify(webhookPayload({ ...document, changes }))).not.toContain("secret.example");
  });

  it("is bounded, however many redirect URIs and changes there are", () => {
    const redirectUris = Array.from({ length: 25 }, (_, index) => `https://app.example/${index}`);
    const changes = Array.from({ length: 150 }, (_, index) => ({
      member: `m${index}`,
      change: "added" as const,
    }));
    const payload = webhookPayload({ ...served, type: "client_updated", redirectUris, changes });
    expect(payload?.data.redirect_uris).toHaveLength(20);
    expect(payload?.data.redirect_uris_omitted).toBe(5);
    expect(payload?.data.changed_members).toHaveLength(100);
  });
});
