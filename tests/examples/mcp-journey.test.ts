import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import type { AuditEvent } from "@oauth-dcr/core";
import type { StoreWithConsents } from "@oauth-dcr/core/consent";
import { startServer, type ExampleServer } from "@oauth-dcr/example-mcp-sdk";
import { pinnedConnection } from "@oauth-dcr/node";
import { openPostgresStore, openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeUnless, missing } from "../support/services.js";
import { documentServer } from "./support/document-server.js";
import { mcpClient, type McpClient } from "./support/mcp-client.js";
import { DAY, exampleOptions, testClock, type ExampleOptions } from "./support/running-example.js";

const MINUTE = 60_000;

interface OpenStore {
  readonly store: StoreWithConsents;
  close(): Promise<void>;
}

function sqlite(): Promise<OpenStore> {
  const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-"));
  const store = openSqliteStore(new Database(join(folder, "clients.sqlite")));
  const close = () => {
    store.close();
    rmSync(folder, { recursive: true });
    return Promise.resolve();
  };
  return Promise.resolve({ store, close });
}

async function postgres(): Promise<OpenStore> {
  const schema = `journey_${crypto.randomUUID().replaceAll("-", "")}`;
  const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test" });
  const store = await openPostgresStore(pool, { schema });
  const close = async () => {
    await pool.query(`DROP SCHEMA ${schema} CASCADE`);
    await pool.end();
  };
  return { store, close };
}

/** The client of the SDK against the example, with nothing between them but loopback HTTP. */
describe.each([
  { name: "SQLite", open: sqlite, reason: undefined },
  { name: "PostgreSQL", open: postgres, reason: await missing("postgresql") },
])("an MCP client's journey on $name", ({ open, reason }) => {
  describeUnless(reason, "which is there", () => {
    const clock = testClock();
    const closing: (() => Promise<void>)[] = [];
    const events: AuditEvent[] = [];
    let store: StoreWithConsents;
    beforeEach(async () => {
      const opened = await open();
      store = opened.store;
      closing.push(() => opened.close());
    });
    afterEach(async () => {
      events.length = 0;
      for (const close of closing.splice(0).reverse()) await close();
    });

    async function start(options: Partial<ExampleOptions> = {}): Promise<ExampleServer> {
      const audit = (event: AuditEvent) => void events.push(event);
      const example = await startServer(exampleOptions({ store, clock: clock.read, audit, ...options }));
      closing.push(() => example.close());
      return example;
    }

    async function client({ mcpUrl }: ExampleServer, clientMetadataUrl?: string): Promise<McpClient> {
      const made = await mcpClient(mcpUrl, clientMetadataUrl);
      closing.push(() => made.close());
      return made;
    }

    it("401, discovery, registration, login with PKCE, a tool, and a refresh token that rotates", async () => {
      const example = await start();
      const { keychain, greet } = await client(example);
      expect((await fetch(example.mcpUrl, { method: "POST" })).status).toBe(401);

      expect(await greet("Ada")).toBe(`Hello Ada, says ${keychain.known!.client_id}`);
      expect(keychain).toMatchObject({ logins: 1, kept: { scope: "tools:execute" } });
      const first = { ...keychain.kept! };

      clock.forward(11 * MINUTE);
      expect(await greet("Bob")).toBe(`Hello Bob, says ${keychain.known!.client_id}`);
      expect(keychain.logins).toBe(1);
      expect(keychain.clientIds).toHaveLength(1);
      expect(keychain.kept!.access_token).not.toBe(first.access_token);
      expect(keychain.kept!.refresh_token).not.toBe(first.refresh_token);
      expect(await example.registration.countClients()).toMatchObject({ active: 1, pending: 0 });
      expect(events.map(({ type }) => type)).toEqual(["client_registered", "consent_recorded"]);
    });

    it("by a Client ID Metadata Document, without a registration", async () => {
      const documents = await documentServer({
        client_name: "A desktop application",
        redirect_uris: ["http://127.0.0.1/callback"],
        grant_types: ["authorization_code", "refresh_token"],
      });
      closing.push(() => documents.close());
      const example = await start({ guardedFetch: guardedFetch({ connection: documents.connection }) });
      const { keychain, greet } = await client(example, documents.url);

      expect(await greet("Ada")).toBe(`Hello Ada, says ${documents.url}`);
      clock.forward(11 * MINUTE);
      expect(await greet("Bob")).toBe(`Hello Bob, says ${documents.url}`);
      expect(keychain).toMatchObject({ logins: 1, clientIds: [documents.url] });
      expect(new Set(documents.fetched)).toEqual(new Set([documents.url]));
      expect(await example.registration.countClients()).toMatchObject({ active: 1, pending: 0 });
    });

    it("a document on this machine is not fetched, by the connection that the example starts with", async () => {
      const documents = await documentServer({});
      closing.push(() => documents.close());
      const example = await start({ guardedFetch: guardedFetch({ connection: pinnedConnection() }) });
      const found = await example.registration.findClient(documents.loopbackUrl);
      expect(found).toMatchObject({ ok: false, error: { kind: "refused_document" } });
      expect(documents.fetched).toEqual([]);
    });

    it("after its registration was swept it registers anew, and goes on", async () => {
      const example = await start();
      const { keychain, greet } = await client(example);
      await greet("Ada");
      const [first] = keychain.clientIds;

      clock.forward(91 * DAY);
      expect(await example.registration.sweepClients()).toMatchObject({ deleted: 1 });
      expect(await greet("Bob")).toBe(`Hello Bob, says ${keychain.known!.client_id}`);
      expect(keychain.known!.client_id).not.toBe(first);
      expect(keychain).toMatchObject({ logins: 2, clientIds: { length: 2 }, invalidated: ["all"] });
      expect(await example.registration.countClients()).toMatchObject({ active: 1, expired: 0 });
      const types = events.map(({ type }) => type);
      expect(types).toEqual([
        "client_registered",
        "consent_recorded",
        "client_expired",
        ...types.slice(0, 2),
      ]);
    });

    it("no sweep takes it while it has a refresh token, and one login is enough for months", async () => {
      const example = await start();
      const { keychain, greet } = await client(example);
      for (let months = 0; months < 6; months += 1) {
        await greet("Ada");
        clock.forward(29 * DAY);
        await example.registration.sweepClients();
      }
      expect(keychain).toMatchObject({ logins: 1, clientIds: { length: 1 } });
    });

    it("two that race share one registration, and each has tokens of its own", async () => {
      const example = await start();
      const clients = await Promise.all([client(example), client(example)]);
      await Promise.all(clients.map(({ greet }) => greet("Ada")));
      clock.forward(11 * MINUTE);
      await Promise.all(clients.map(({ greet }) => greet("Bob")));

      const [one, other] = clients.map(({ keychain }) => keychain);
      expect(one).toMatchObject({ logins: 1, known: { client_id: other!.known!.client_id } });
      expect(one!.redirectUrl).not.toBe(other!.redirectUrl);
      expect(one!.kept!.refresh_token).not.toBe(other!.kept!.refresh_token);
      expect(await example.registration.countClients()).toMatchObject({ active: 1, pending: 0 });
    });

    it("two that race to register anew share one registration again", async () => {
      const example = await start();
      const clients = await Promise.all([client(example), client(example)]);
      await Promise.all(clients.map(({ greet }) => greet("Ada")));
      clock.forward(91 * DAY);
      await example.registration.sweepClients();
      await Promise.all(clients.map(({ greet }) => greet("Bob")));
      expect(await example.registration.countClients()).toMatchObject({ active: 1, pending: 0, expired: 0 });
    });
  });
});
