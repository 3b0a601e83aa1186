import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createClientRegistration,
  protectedRegistration,
  openRegistration,
  type ClientQuotaOptions,
  type ClientRegistration,
  type ClientRegistrationOptions,
  type RegistrationAccess,
} from "@oauth-dcr/core";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { holdForApproval, type PolicyLists } from "@oauth-dcr/core/policy";
import { pinnedConnection, scheduleSweep, toNodeHandler } from "@oauth-dcr/node";
import { answerUnavailable } from "./answer-unavailable.js";
import { openStoreAndLog, type AuditLog } from "../audit/audit-log.js";
import { TRUST_POLICIES } from "../settings/trust-settings.js";
import { clientLifecycle, sweepEverySeconds } from "../settings/client-lifetimes.js";
import { metadataDocuments } from "../settings/document-settings.js";
import { limitConnections } from "./connection-limits.js";
import { deliverAuditEvents } from "../audit/deliver-audit-events.js";
import { openLimiters, type Limiters, type OpenLimiters } from "./open-limiters.js";
import { databaseAt } from "../database/open-database.js";
import { frontPage } from "./front-page.js";
import { presetOf } from "../settings/presets.js";
import { routeRequest } from "./route-request.js";
import { serveConnections } from "./serve-connections.js";
import type { Settings } from "../settings/settings.js";
import { observers, type Observers } from "../telemetry/observers.js";
import { prometheusMetrics } from "../telemetry/prometheus-meter.js";
import { serveMetrics, type MetricsEndpoint } from "../telemetry/serve-metrics.js";
import { openWebhooks, type OpenWebhooks } from "./open-webhooks.js";

export interface RunningServer {
  /** Where it listens, such as `http://127.0.0.1:8787`. */
  readonly origin: string;
  readonly registration: ClientRegistration;
  /** Where the data is, in words for the operator. */
  readonly place: string;
  /** Where Prometheus reads its metrics, if it may. */
  readonly metricsUrl: string | undefined;
  /** Whether a token is required to register. */
  readonly isProtected: boolean;
  /** Resolves when the store can never serve again, such as when its file was removed. */
  readonly lost: Promise<Error>;
  /** Takes no more connections, finishes what it has begun, and lets go of the audit log and the database. */
  close(): Promise<void>;
}

/**
 * Opens the audit log and the store, and listens. Every failure comes before the first request.
 * @throws when one of them cannot be opened, the address is taken or an option makes no sense
 */
export async function serve(settings: Settings): Promise<RunningServer> {
  const database = databaseAt(settings.database);
  let log: AuditLog | undefined;
  let limiters: OpenLimiters | undefined;
  let webhooks: OpenWebhooks | undefined;
  let endpoint: MetricsEndpoint | undefined;
  const server = createServer({
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 5_000,
    // How often Node.js looks at the two bounds above.
    connectionsCheckingInterval: 2_000,
  });
  // Nothing else ends a connection whose client does not take its answer.
  server.setTimeout(30_000);
  let serveRequest: RequestListener = (_, response) => answerUnavailable(response);
  limitConnections(server, settings);
  const drain = serveConnections(server, (request, response) => serveRequest(request, response));

  async function release(): Promise<void> {
    endpoint?.close();
    limiters?.close();
    await webhooks?.close();
    await log?.close();
    await database.close();
  }

  try {
    const opened = await openStoreAndLog(settings.audit, database);
    const { store } = opened;
    log = opened.log;
    const { rateLimit, globalRateLimit, redis } = settings;
    limiters = rateLimit && (await openLimiters(rateLimit, globalRateLimit, redis));
    const origin = await listen(server, settings);
    const issuer = settings.issuer ?? origin;
    const access = accessOf(settings, limiters?.limitersOf(issuer));
    webhooks = await openWebhooks(settings, database, log.record);
    const { metricsPort } = settings;
    const metrics = metricsPort === undefined ? undefined : prometheusMetrics();
    const observed = observers(settings, metrics);
    const audit = observed.audit(webhooks.record);
    const registration = createRegistration(settings, { issuer, access, store, audit }, observed);
    if (metrics && metricsPort !== undefined) endpoint = await serveMetrics(metrics, metricsPort);
    const isProtected = settings.preset === "token-gated";
    serveRequest = routeRequest({
      endpoints: toNodeHandler(registration, { trustedProxies: settings.trustedProxies }),
      store,
      ...(settings.frontPage && { frontPage: frontPage(registration, isProtected) }),
    });
    const everySeconds = sweepEverySeconds(settings);
    const endDelivery = deliverAuditEvents(registration.auditDelivery);
    const sweeping = everySeconds === undefined ? undefined : scheduleSweep(registration, { everySeconds });
    return {
      origin,
      registration,
      place: database.place,
      metricsUrl: endpoint?.url,
      isProtected,
      lost: new Promise((resolve) => database.onLost(resolve)),
      async close() {
        await Promise.all([drain(() => database.breakOff()), sweeping?.stop()]);
        await endDelivery();
        await release();
      },
    };
  } catch (error) {
    server.close();
    await release();
    throw error;
  }
}

function createRegistration(
  settings: Settings,
  {
    issuer,
    ...parts
  }: { readonly issuer: string } & Pick<ClientRegistrationOptions, "access" | "store" | "audit">,
  observed: Observers,
): ClientRegistration {
  const { authorizationEndpoint, tokenEndpoint, idempotent, maxBody } = settings;
  const store = observed.store(parts.store);
  const registration = createClientRegistration({
    ...presetOf(settings, {
      issuer,
      ...(authorizationEndpoint !== undefined && { authorization_endpoint: authorizationEndpoint }),
      ...(tokenEndpoint !== undefined && { token_endpoint: tokenEndpoint }),
    }),
    ...(idempotent !== undefined && { idempotentRegistration: idempotent }),
    quotas: quotasOf(settings),
    maxBodyBytes: maxBody,
    lifecycle: clientLifecycle(settings),
    clientSecretTtlSeconds: settings.secretTtlSeconds,
    // Who holds their tokens learns of a deletion from the audit log; this process issues none.
    clientManagement: { revokeTokens: () => undefined },
    guardedFetch: guardedFetch({ connection: pinnedConnection() }),
    policies: policiesOf(settings),
    ...(settings.trust && { trust: settings.trust.trust }),
    ...(settings.documents && { clientIdMetadataDocuments: metadataDocuments(settings.documents) }),
    ...parts,
    store,
  });
  return observed.registration(registration, parts.store);
}

function quotasOf({ quota, totalQuota, ipv6PrefixLength }: Settings): ClientQuotaOptions {
  return {
    ...(quota !== undefined && { perAddress: quota, perInitialAccessToken: quota, ipv6PrefixLength }),
    ...(totalQuota !== undefined && { total: totalQuota }),
  };
}

/** The policy that holds stays known where holding is off, as the clients that it admitted are still judged by it. */
function policiesOf({ hold }: Settings): PolicyLists {
  const holds = holdForApproval({
    when: ({ origin }) => hold || origin.source !== "open",
    reason: "open registrations await approval (--hold on)",
  });
  return hold ? { open: [holds], named: TRUST_POLICIES } : { named: [holds, ...TRUST_POLICIES] };
}

function accessOf(
  { preset, ipv6PrefixLength }: Settings,
  limiters: Limiters | undefined,
): RegistrationAccess {
  const limit = limiters && {
    rateLimiter: limiters.rateLimiter,
    ...(limiters.global && { rateLimiters: { global: limiters.global } }),
    ipv6PrefixLength,
  };
  if (preset === "token-gated") return protectedRegistration(limit);
  return openRegistration(limit ?? { dangerouslyUnlimited: true });
}

function listen(server: Server, { port, host }: Settings): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const { port: actualPort } = server.address() as AddressInfo;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${actualPort}`);
    });
  });
}
