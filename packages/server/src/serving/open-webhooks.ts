import type { AuditSink } from "@oauth-dcr/core";
import { memoryWebhookQueue, webhookDelivery, type WebhookQueue } from "@oauth-dcr/core/webhooks";
import { scheduleWebhooks } from "@oauth-dcr/node";
import type { Database } from "../database/open-database.js";
import type { Settings } from "../settings/settings.js";
import { connectionOf, type WebhookSettings } from "../settings/webhook-settings.js";

/** Webhooks that are being delivered. */
export interface OpenWebhooks {
  /** Records an event, and delivers what it makes. */
  readonly record: AuditSink;
  /** Breaks off what is under way, and tells what is lost. */
  close(): Promise<void>;
}

/** A database that stays silent keeps no server from stopping. */
const LONGEST_END_MILLISECONDS = 500;

/**
 * Begins to deliver webhooks: from the audit log where that is in the database, or else from memory.
 *
 * @param record takes the events first, so that the log has what is to be delivered
 */
export async function openWebhooks(
  { webhooks, audit }: Pick<Settings, "webhooks" | "audit">,
  database: Database,
  record: AuditSink,
): Promise<OpenWebhooks> {
  if (webhooks.length === 0) return { record, close: () => Promise.resolve() };
  const isKept = audit.includes("database");
  return isKept ? fromDatabase(webhooks, database, record) : fromMemory(webhooks, record);
}

async function fromDatabase(
  webhooks: readonly WebhookSettings[],
  database: Database,
  record: AuditSink,
): Promise<OpenWebhooks> {
  const outbox = await database.openWebhookOutbox();
  const deliveries = [];
  for (const endpoint of webhooks)
    deliveries.push(deliveryOf(endpoint, await outbox.openQueue(endpoint.name)));
  const { wake, stop } = scheduleWebhooks(deliveries, { onError: tell });
  return {
    async record(event) {
      await record(event);
      wake();
    },
    close: async () => withinTime(stop()),
  };
}

function fromMemory(webhooks: readonly WebhookSettings[], record: AuditSink): OpenWebhooks {
  const queues = webhooks.map((endpoint) => ({ endpoint, queue: memoryWebhookQueue() }));
  const deliveries = queues.map(({ endpoint, queue }) => deliveryOf(endpoint, queue));
  const { wake, stop } = scheduleWebhooks(deliveries, { onError: tell });
  const queued = new WeakSet<object>();
  return {
    async record(event) {
      // It comes again where the log did not take it.
      if (!queued.has(event)) for (const { queue } of queues) void queue.record(event);
      queued.add(event);
      wake();
      await record(event);
    },
    async close() {
      await withinTime(stop());
      for (const { endpoint, queue } of queues) {
        if (queue.waiting === 0) continue;
        console.error(
          `oauth-dcr: ${queue.waiting} webhooks of ${endpoint.name} could not be delivered before the end`,
        );
      }
    },
  };
}

function deliveryOf(endpoint: WebhookSettings, queue: WebhookQueue) {
  return webhookDelivery({ endpoint, queue, connection: connectionOf(endpoint) });
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise((resolve) => (timer = setTimeout(resolve, LONGEST_END_MILLISECONDS))),
  ]);
  clearTimeout(timer);
}

function tell(error: unknown): void {
  console.error(
    `oauth-dcr: webhooks cannot be read from the database: ${error instanceof Error ? error.message : String(error)}`,
  );
}
