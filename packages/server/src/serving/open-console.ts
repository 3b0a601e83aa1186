import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createConsole, type ConsoleOptions } from "@oauth-dcr/console";
import type {
  AuditDelivery,
  ClientRegistration,
  ClientRegistrationOptions,
  RegistrationStore,
} from "@oauth-dcr/core";
import { clientAdministration } from "@oauth-dcr/core/administration";
import type { ConsentStore } from "@oauth-dcr/core/consent";
import type { AuditLog } from "../audit/audit-log.js";
import type { ConsoleSettings } from "../settings/console-settings.js";
import { visibleText } from "../terminal/visible-text.js";
import { answerUnavailable } from "./answer-unavailable.js";
import { serveConnections } from "./serve-connections.js";

/** Operators are few, and each browser opens a handful of connections. */
const MOST_CONNECTIONS = 100;

/** A console that listens. */
export interface OpenConsole {
  /** Where browsers find it. */
  readonly origin: string;
  /** A link that signs one operator in; `undefined` where a proxy does. */
  readonly signInLink: () => string | undefined;
  /** The audit events of what operators do. */
  readonly auditDelivery: AuditDelivery;
  /** Takes no more connections, and finishes what it has begun. */
  readonly drain: (breakOff: () => void) => Promise<void>;
  /** Stops at once. */
  readonly stop: () => void;
}

/**
 * Serves the operator's console on loopback, on a port of its own.
 *
 * @param options those of the registration
 * @param store the store itself, which may keep consents
 * @throws when the port is taken or may not be used
 */
export async function openConsole(
  { port, origin: given, proxy }: ConsoleSettings,
  parts: {
    readonly registration: ClientRegistration;
    readonly options: ClientRegistrationOptions;
    readonly store: RegistrationStore;
    readonly log: AuditLog;
    readonly playground: ConsoleOptions["playground"];
  },
): Promise<OpenConsole> {
  const { registration, options, store, log, playground } = parts;
  const { stored } = log;
  const clients = clientAdministration(options, { ...(stored && { readHistory: stored.readClientHistory }) });
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 });
  server.setTimeout(30_000);
  server.maxConnections = MOST_CONNECTIONS;
  let listener: RequestListener = (_, response) => answerUnavailable(response);
  const drain = serveConnections(server, (request, response) => listener(request, response));

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const origin = given ?? `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { consents } = store as { readonly consents?: ConsentStore };
  const operators = createConsole({
    origin,
    registration,
    clients,
    ...(stored && { auditLog: stored }),
    ...(consents && { consents }),
    ...(options.quotas && { quotas: options.quotas }),
    ...(playground && { playground }),
    ...(proxy && { proxy }),
    onSession: (change, name) =>
      console.log(`console: ${visibleText(name)} ${change === "signed_in" ? "signed in" : "signed out"}`),
    onError: (error) => console.error("oauth-dcr: the console could not answer:", error),
  });
  const answer = getRequestListener(operators.fetch, {
    hostname: new URL(origin).host,
    overrideGlobalObjects: false,
  });
  listener = (request, response) => void answer(request, response);
  return {
    origin,
    signInLink: operators.signInLink,
    auditDelivery: clients.auditDelivery,
    drain,
    stop: () => server.close(),
  };
}
