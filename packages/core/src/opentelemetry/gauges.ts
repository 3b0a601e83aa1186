import type { BatchObservableCallback, Meter } from "@opentelemetry/api";
import type { ClientRegistration } from "../client-registration.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import type { ClientStatus, RegistrationSource } from "../store/records.js";
import type { ClientCount, RegistrationStore } from "../store/registration-store.js";
import { observable } from "./instruments.js";
import { latestCounts } from "./latest-counts.js";

/** Options of `openTelemetryGauges`. */
export interface OpenTelemetryGaugesOptions {
  /** The registration server. Its caches and the delivery of its audit events are observed. */
  readonly registration: Pick<ClientRegistration, "auditDelivery" | "caches">;
  /** The store of its clients. */
  readonly store: Pick<RegistrationStore, "countClients">;
  /** The `quotas.total` of its options. Default: no total quota, and no metrics of one. */
  readonly totalQuota?: number;
  /** The shortest time between two reads of the counts of the store, in seconds. Default 15. */
  readonly countEverySeconds?: number;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number;
}

/** All statuses, so that one that no client has any more goes to 0: a collector may keep the last value of what is not observed. */
const STATUSES = {
  pending: true,
  active: true,
  awaiting_approval: true,
  disabled: true,
  expired: true,
} as const satisfies Record<ClientStatus | "expired", true>;

/** Whether clients of a source count in the total quota. */
const SOURCES = {
  open: true,
  initial_access_token: true,
  software_statement: true,
  federation: true,
  metadata_document: false,
  operator: false,
} as const satisfies Record<RegistrationSource, boolean>;

/**
 * Adds gauges of a registration server: clients by status and source, use of the total quota, caches, and waiting audit events.
 * Returns a function that removes them.
 *
 * A collection never waits for the store. It reads the latest counts, and starts a new count in the background if they are older than
 * `countEverySeconds`. A store that cannot count, such as a stateless one, gives no values for clients and the quota.
 *
 * @example
 * ```ts
 * import { metrics } from "@opentelemetry/api";
 * import type { ClientRegistration, RegistrationStore } from "@oauth-dcr/core";
 * import { openTelemetryGauges } from "@oauth-dcr/core/opentelemetry";
 *
 * declare const registration: ClientRegistration;
 * declare const store: RegistrationStore;
 *
 * const stop = openTelemetryGauges(metrics.getMeter("oauth-dcr"), { registration, store });
 * ```
 * @throws MisuseError for an unknown or invalid option
 * @see OpenTelemetry naming https://opentelemetry.io/docs/specs/semconv/general/naming/
 */
export function openTelemetryGauges(meter: Meter, options: OpenTelemetryGaugesOptions): () => void {
  requireKnownOptions("openTelemetryGauges", options, [
    "registration",
    "store",
    "totalQuota",
    "countEverySeconds",
    "clock",
  ] satisfies (keyof OpenTelemetryGaugesOptions)[]);
  const { registration, store, totalQuota, countEverySeconds = 15, clock = Date.now } = options;
  if (totalQuota !== undefined) requirePositiveInteger(totalQuota, "ERR_OPTION", "totalQuota");
  requirePositiveInteger(countEverySeconds, "ERR_OPTION", "countEverySeconds");
  const { auditDelivery, caches } = registration;
  const counts = latestCounts(store, countEverySeconds, clock);

  const clients = observable(meter, "oauth_dcr.client.count");
  const quotaUsage = observable(meter, "oauth_dcr.quota.usage");
  const quotaLimit = observable(meter, "oauth_dcr.quota.limit");
  const cacheUsage = observable(meter, "oauth_dcr.cache.usage");
  const cacheLimit = observable(meter, "oauth_dcr.cache.limit");
  const auditQueue = observable(meter, "oauth_dcr.audit.queue.size");
  const auditDelay = observable(meter, "oauth_dcr.audit.delay");
  const auditLost = observable(meter, "oauth_dcr.audit.lost_events");
  const all = [
    ...[clients, quotaUsage, quotaLimit, cacheUsage, cacheLimit],
    ...[auditQueue, auditDelay, auditLost],
  ];

  const observe: BatchObservableCallback = (result) => {
    const latest = counts();
    for (const status of latest ? keysOf(STATUSES) : []) {
      for (const source of keysOf(SOURCES)) {
        const number = numberOf(latest, (count) => count.status === status && count.source === source);
        result.observe(clients, number, { "oauth_dcr.status": status, "oauth_dcr.source": source });
      }
    }
    if (totalQuota !== undefined) {
      result.observe(quotaLimit, totalQuota);
      if (latest) result.observe(quotaUsage, numberOf(latest, isInTotalQuota));
    }
    for (const { name, bytes, maxBytes } of caches) {
      result.observe(cacheUsage, bytes, { "oauth_dcr.cache.name": name });
      result.observe(cacheLimit, maxBytes, { "oauth_dcr.cache.name": name });
    }
    const { waiting, waitingSince, lost } = auditDelivery;
    result.observe(auditQueue, waiting);
    const delay = waitingSince === undefined ? 0 : (clock() - Date.parse(waitingSince)) / 1000;
    // An event may be younger than a clock that was put back.
    result.observe(auditDelay, Math.max(0, delay));
    result.observe(auditLost, lost);
  };

  meter.addBatchObservableCallback(observe, all);
  return () => meter.removeBatchObservableCallback(observe, all);
}

/** A client leaves its pools when it is used or disabled. One that has expired is about to be swept. */
function isInTotalQuota({ status, source }: ClientCount): boolean {
  return (status === "pending" || status === "awaiting_approval") && SOURCES[source];
}

function numberOf(counts: readonly ClientCount[] = [], isCounted: (count: ClientCount) => boolean): number {
  return counts.filter(isCounted).reduce((sum, { clients }) => sum + clients, 0);
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record) as Key[];
}
