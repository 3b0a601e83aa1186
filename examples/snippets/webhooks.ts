import { createClientRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { webhookDelivery } from "@oauth-dcr/core/webhooks";
import { pinnedConnection, scheduleWebhooks } from "@oauth-dcr/node";
import { openAuditedSqliteStore, openSqliteWebhookOutbox } from "@oauth-dcr/store-sql";
import Database from "libsql";

const store = openAuditedSqliteStore(new Database("clients.sqlite"));
const outbox = openSqliteWebhookOutbox(new Database("clients.sqlite"), { checkIntegrity: false });
const billing = {
  name: "billing",
  url: "https://billing.example/hooks",
  // The new secret first, and the previous one until the receiver has the new one.
  secrets: (process.env["WEBHOOK_SECRETS"] ?? "").split(" "),
};

const webhooks = scheduleWebhooks([
  webhookDelivery({
    endpoint: billing,
    queue: await outbox.openQueue(billing.name),
    connection: pinnedConnection(),
  }),
]);

export const registration = createClientRegistration({
  ...tokenGatedPreset({ issuer: "https://as.example" }),
  store,
  audit: async (event) => {
    await store.auditLog.record(event);
    webhooks.wake();
  },
});

export async function close(): Promise<void> {
  await webhooks.stop();
  outbox.close();
  store.close();
}
