import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createClientRegistration, type ClientRegistration } from "@oauth-dcr/core";
import { scheduleSweep, toNodeHandler } from "@oauth-dcr/node";
import { answerUnavailable } from "./answer-unavailable.js";
import { openStoreAndLog, type AuditLog } from "../audit/audit-log.js";
import { sweepEverySeconds } from "../settings/client-lifetimes.js";
import { limitConnections } from "./connection-limits.js";
import { deliverAuditEvents } from "../audit/deliver-audit-events.js";
import { openConsole, type OpenConsole } from "./open-console.js";
import { openLimiters, type OpenLimiters } from "./open-limiters.js";
import { databaseAt } from "../database/open-database.js";
import { frontPage } from "./front-page.js";
import { presetArgument } from "../settings/presets.js";
import { registrationOptions, serverMetadata } from "./registration-options.js";
import { routeRequest } from "./route-request.js";
import { serveConnections } from "./serve-connections.js";
import type { Settings } from "../settings/settings.js";
import { observers } from "../telemetry/observers.js";
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
  /** The operator's console. Missing: there is none. */
  readonly console?: Pick<OpenConsole, "origin" | "signInLink">;
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
  let operators: OpenConsole | undefined;
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
    webhooks = await openWebhooks(settings, database, log.record);
    const { metricsPort } = settings;
    const metrics = metricsPort === undefined ? undefined : prometheusMetrics();
    const observed = observers(settings, metrics);
    const options = registrationOptions(settings, {
      issuer,
      limiters: limiters?.limitersOf(issuer),
      store: observed.store(store),
      audit: observed.audit(webhooks.record),
    });
    const registration = observed.registration(createClientRegistration(options), store);
    if (metrics && metricsPort !== undefined) endpoint = await serveMetrics(metrics, metricsPort);
    const isProtected = settings.preset === "token-gated";
    serveRequest = routeRequest({
      endpoints: toNodeHandler(registration, { trustedProxies: settings.trustedProxies }),
      store,
      ...(settings.frontPage && { frontPage: frontPage(registration, isProtected) }),
    });
    const everySeconds = sweepEverySeconds(settings);
    operators =
      settings.console &&
      (await openConsole(settings.console, {
        ...{ registration, options, store, log },
        playground: {
          preset: settings.preset,
          metadata: presetArgument(settings, serverMetadata(settings, issuer)),
        },
      }));
    const deliveries = [registration.auditDelivery, ...(operators ? [operators.auditDelivery] : [])];
    const endDeliveries = deliveries.map(deliverAuditEvents);
    const sweeping = everySeconds === undefined ? undefined : scheduleSweep(registration, { everySeconds });
    return {
      origin,
      registration,
      place: database.place,
      metricsUrl: endpoint?.url,
      isProtected,
      ...(operators && { console: operators }),
      lost: new Promise((resolve) => database.onLost(resolve)),
      async close() {
        const breakOff = (): void => database.breakOff();
        await Promise.all([drain(breakOff), operators?.drain(breakOff), sweeping?.stop()]);
        await Promise.all(endDeliveries.map(async (end) => end()));
        await release();
      },
    };
  } catch (error) {
    server.close();
    operators?.stop();
    await release();
    throw error;
  }
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
