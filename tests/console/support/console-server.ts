import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConsole, type ConsoleOptions } from "@oauth-dcr/console";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { clientAdministration } from "@oauth-dcr/core/administration";
import { holdForApproval } from "@oauth-dcr/core/policy";
import { openAuditedSqliteStore } from "@oauth-dcr/store-sql";
import { getRequestListener } from "@hono/node-server";
import Database from "libsql";

const METADATA = {
  issuer: "https://as.example",
  authorization_endpoint: "https://as.example/authorize",
  token_endpoint: "https://as.example/token",
  scopes_supported: ["tools:read", "tools:execute"],
};

/** A console on a free port, beside a registration with SQLite and an audit log. */
export async function startConsole(more: Partial<ConsoleOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), "oauth-dcr-console-"));
  const file = join(folder, "clients.sqlite");
  const store = openAuditedSqliteStore(new Database(file));
  const { auditLog, consents } = store;
  const options = {
    ...mcpPreset(METADATA),
    access: openRegistration({ dangerouslyUnlimited: true }),
    quotas: { total: 500, perAddress: 500 },
    policies: {
      open: [
        holdForApproval({
          when: ({ metadata }) => metadata.software_id === "held",
          reason: "nobody vouched for it",
        }),
      ],
    },
    idempotentRegistration: false as const,
    store,
    audit: auditLog.record,
  };
  const registration = createClientRegistration(options);
  const revoked: string[] = [];
  const clients = clientAdministration(options, {
    revokeTokens: ({ clientId }) => void revoked.push(clientId),
    readHistory: auditLog.readClientHistory,
  });

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const errors: unknown[] = [];
  const operators = createConsole({
    origin,
    registration,
    clients,
    auditLog,
    consents,
    quotas: { total: 500, perAddress: 500 },
    playground: { preset: "mcp", metadata: METADATA },
    onError: (error) => errors.push(error),
    ...more,
  });
  const listener = getRequestListener(operators.fetch, { overrideGlobalObjects: false });
  server.on("request", (request, response) => void listener(request, response));

  return {
    origin,
    operators,
    registration,
    clients,
    store,
    /** What made a page fail. */
    errors,
    /** The clients whose tokens were revoked. */
    revoked,
    /** Registers a client. `software_id: "held"` makes it await approval. */
    async register(metadata: object): Promise<string> {
      const registered = await registration.registerClient(metadata, { clientAddress: "192.0.2.1" });
      if (!registered.ok) throw new Error(JSON.stringify(registered.error));
      return registered.value.client.clientId;
    },
    /** Changes the database behind the back of the store. */
    tamper(sql: string): void {
      const database = new Database(file);
      database.exec(sql);
      database.close();
    },
    /** The newest audit events. */
    async events() {
      await registration.auditDelivery.flush();
      await clients.auditDelivery.flush();
      return (await auditLog.readEvents({ limit: 100 })).events.map(({ event }) => event);
    },
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await registration.auditDelivery.flush();
      await clients.auditDelivery.flush();
      store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type ConsoleServer = Awaited<ReturnType<typeof startConsole>>;
