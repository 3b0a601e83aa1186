import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  type ClientRegistrationOptions,
} from "@oauth-dcr/core";
import { clientAdministration } from "@oauth-dcr/core/administration";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { memoryRateLimiter } from "@oauth-dcr/core/memory";
import { holdForApproval } from "@oauth-dcr/core/policy";
import { webhookDelivery, type WebhookPayload } from "@oauth-dcr/core/webhooks";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import {
  openAuditedPostgresStore,
  openAuditedSqliteStore,
  openPostgresWebhookOutbox,
  openSqliteWebhookOutbox,
  type AuditedPostgresStore,
  type AuditedSqliteStore,
  type WebhookOutbox,
} from "../src/index.js";
import { serverPool, temporarySchemas } from "./postgres-support.js";
import { temporaryFiles } from "./support.js";
import { SECRET } from "./webhook-support.js";

interface Place {
  readonly name: string;
  readonly open: () => Promise<{
    readonly store: AuditedSqliteStore | AuditedPostgresStore;
    readonly outbox: WebhookOutbox;
  }>;
}

const newFile = temporaryFiles();
const closing: { close(): void }[] = [];
afterAll(() => closing.forEach((each) => each.close()));
const sqlite: Place = {
  name: "SQLite",
  open() {
    const file = newFile();
    const store = openAuditedSqliteStore(new Database(file));
    const outbox = openSqliteWebhookOutbox(new Database(file));
    closing.push(store, outbox);
    return Promise.resolve({ store, outbox });
  },
};
const pool = await serverPool();
const newSchema = pool && temporarySchemas(pool);
const postgres: readonly Place[] =
  pool && newSchema
    ? [
        {
          name: "PostgreSQL",
          async open() {
            const schema = newSchema();
            const store = await openAuditedPostgresStore(pool, { schema });
            return { store, outbox: await openPostgresWebhookOutbox(pool, { schema }) };
          },
        },
      ]
    : [];

const NOW = 1_790_000_000_000;
const DOCUMENT = "https://documents.example/client.json";
const PUBLIC = { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none" };

describe.each([sqlite, ...postgres])("what happens to clients on $name", ({ open }) => {
  it("gives each its webhook: registered, held, promoted, demoted, disabled, deleted, quota reached", async () => {
    const { store, outbox } = await open();
    const queue = await outbox.openQueue("test");
    const options: ClientRegistrationOptions = {
      ...mcpPreset({ issuer: "https://as.example" }),
      access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1000, windowSeconds: 60 }) }),
      store,
      audit: store.auditLog.record,
      clock: () => NOW,
      idempotentRegistration: false,
      quotas: { perAddress: 1 },
      lifecycle: { unusedTtlSeconds: 86_400 },
      policies: { metadataDocument: [holdForApproval()] },
      clientIdMetadataDocuments: clientIdMetadataDocuments({
        guardedFetch: guardedFetch({
          connection: async () =>
            Promise.resolve(Response.json({ ...PUBLIC, client_id: DOCUMENT, client_name: "A document" })),
        }),
      }),
    };
    const registration = createClientRegistration(options);
    const { administerClient, removeClient, auditDelivery } = clientAdministration(options, {
      revokeTokens: () => undefined,
    });

    const context = { clientAddress: "198.51.100.7" };
    const registered = await registration.registerClient(PUBLIC, context);
    const clientId = registered.ok ? registered.value.client.clientId : "";
    expect(await registration.registerClient(PUBLIC, context)).toMatchObject({ ok: false });
    for (let request = 0; request < 3; request += 1) {
      expect(await registration.findClient(DOCUMENT)).toMatchObject({ error: { kind: "awaiting_approval" } });
    }
    await registration.approveClient(DOCUMENT);
    await administerClient(clientId, { tier: "approved" });
    await administerClient(clientId, { notes: "no webhook tells of this" });
    await administerClient(clientId, { tier: "unknown" });
    await registration.disableClient(clientId, { reason: "phishing" });
    await registration.enableClient(clientId);
    await removeClient(clientId);
    await Promise.all([registration.auditDelivery.flush(), auditDelivery.flush()]);

    const payloads: WebhookPayload[] = [];
    const delivery = webhookDelivery({
      endpoint: { name: "test", url: "https://receiver.example/", secrets: [SECRET] },
      queue,
      clock: () => NOW,
      connection: async ({ body = "" }) => {
        payloads.push(JSON.parse(body) as WebhookPayload);
        return Promise.resolve(new Response(null, { status: 200 }));
      },
    });
    while ((await delivery.deliver()).more);
    await delivery.close();

    const of = (id: string | undefined) =>
      payloads
        .filter(({ data }) => data.client_id === id)
        .map(({ type, data }) => [type, data.actor, ...(data.tier ? [data.tier] : [])]);
    expect(of(clientId)).toEqual([
      ["client.registered", "anonymous"],
      ["client.promoted", "operator", "approved"],
      ["client.promoted", "operator", "unknown"],
      ["client.disabled", "operator"],
      ["client.enabled", "operator"],
      // A removal disables first.
      ["client.disabled", "operator"],
      ["client.deleted", "operator"],
    ]);
    expect(of(DOCUMENT)).toEqual([
      ["client.held", "system"],
      ["client.approved", "operator"],
    ]);
    expect(of(undefined)).toEqual([["quota.reached", "anonymous"]]);
    const [held] = payloads.filter(({ type }) => type === "client.held");
    expect(held?.data.held_because).toBe("held by policy");
  });
});
