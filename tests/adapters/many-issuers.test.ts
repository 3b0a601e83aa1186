import { createServer, request as httpRequest } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import {
  issuerFromHost,
  issuerFromPath,
  manyIssuers,
  type IssuerResolver,
  type IssuerState,
} from "@oauth-dcr/core/many-issuers";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
import { toNodeHandler } from "@oauth-dcr/node";
import { openPostgresStore } from "@oauth-dcr/store-sql";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { describeUnless, missing } from "../support/services.js";

const BASE = "https://as.example";
const CLIENT = { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none" };

/** A server of which every issuer shares nothing but the process, and the store as `storeOf` has it. */
function serverOf(
  issuerOf: IssuerResolver,
  storeOf: (state: IssuerState) => ReturnType<typeof openPostgresStore> | ReturnType<typeof memoryStore>,
  time = { now: Date.UTC(2026, 10, 5) },
) {
  const clock = () => time.now;
  const issuers = manyIssuers({
    issuerOf,
    maxRegistrations: 2,
    registrationFor: async (issuer, state) =>
      createClientRegistration({
        ...mcpPreset({ issuer, scopes_supported: ["read"] }),
        access: openRegistration({
          rateLimiter: state.keep("limit", () => memoryRateLimiter({ limit: 100, windowSeconds: 60, clock })),
        }),
        store: await storeOf(state),
        audit: () => undefined,
        clock,
      }),
  });
  return { issuers, time };
}

describeUnless(await missing("postgresql"), "issuers of one PostgreSQL", () => {
  const NAMES = ["a", "b", "c", "d"];
  const pool = new pg.Pool({ host: "127.0.0.1", user: "postgres", database: "test", max: 3 });
  const suffix = crypto.randomUUID().slice(0, 8);
  const schemas = new Set<string>();
  const { issuers, time } = serverOf(issuerFromPath(BASE), ({ key }) => {
    const schema = `${key}_${suffix.replaceAll("-", "")}`;
    schemas.add(schema);
    return openPostgresStore(pool, { schema });
  });
  const server = createServer(toNodeHandler(issuers));
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    for (const schema of schemas) await pool.query(`DROP SCHEMA "${schema}" CASCADE`);
    await pool.end();
  });
  const register = async (name: string, client_name: string) => {
    const response = await fetch(`${origin}/${name}/register`, {
      method: "POST",
      body: JSON.stringify({ ...CLIENT, client_name }),
      headers: { "content-type": "application/json" },
    });
    return { status: response.status, body: (await response.json()) as { client_id: string } };
  };
  const countsOf = (name: string) =>
    issuers.registrationOf(`${BASE}/${name}`).then((registration) => registration?.countClients());

  test("have a schema each, share the connections, and see nothing of each other", async () => {
    const ids = new Map<string, string>();
    for (const round of ["one", "two"]) {
      for (const name of NAMES) {
        const { status, body } = await register(name, `${name} ${round}`);
        expect(status).toBe(201);
        ids.set(`${name} ${round}`, body.client_id);
      }
    }
    expect(pool.totalCount).toBeLessThanOrEqual(3);
    expect(schemas.size).toBe(NAMES.length);
    for (const name of NAMES) {
      expect(await countsOf(name)).toMatchObject({ pending: 2 });
      const registration = await issuers.registrationOf(`${BASE}/${name}`);
      for (const [client, id] of ids) {
        expect((await registration?.findClient(id))?.ok, `${client} at ${name}`).toBe(
          client.startsWith(name),
        );
      }
    }
    // The same metadata leads to the same client of an issuer, and to none of another.
    expect((await register("a", "a one")).body.client_id).toBe(ids.get("a one"));
    expect([...ids.values()]).not.toContain((await register("b", "a one")).body.client_id);
  });

  test("are swept one by one", async () => {
    time.now += 2 * 86_400_000;
    for (const name of ["a", "b"]) await countsOf(name);
    const { deleted, more } = await issuers.sweepClients({ limit: 2 });
    expect([deleted, more]).toEqual([2, true]);
    expect((await countsOf("a"))?.expired).toBe(1);
    await issuers.sweepClients({ limit: 100 });
    expect((await countsOf("b"))?.expired).toBe(0);
    expect((await countsOf("d"))?.expired).toBe(2);
  });
});

describe("issuers by host", () => {
  const { issuers } = serverOf(issuerFromHost(["a.example", "b.example"]), ({ keep }) =>
    keep("store", memoryStore),
  );
  const PATH = "/.well-known/oauth-authorization-server";
  let close: () => void;
  afterEach(() => close());

  test.each([
    ["a.example", `https://a.example`],
    ["B.example:443", `https://b.example`],
    ["evil.example", undefined],
    ["localhost", undefined],
  ])("over HTTP/1.1, Host: %s leads to %s", async (host, issuer) => {
    const server = createServer(toNodeHandler(issuers));
    close = () => void server.close();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const text = await new Promise<string>((resolve, reject) => {
      httpRequest({ port, host: "127.0.0.1", path: PATH, headers: { host } }, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (piece: string) => (body += piece));
        response.on("end", () => resolve(body));
      })
        .on("error", reject)
        .end();
    });
    expect((JSON.parse(text) as { issuer?: string }).issuer).toBe(issuer);
  });

  test.each([
    ["a.example", "https://a.example"],
    ["evil.example", undefined],
  ])("over HTTP/2, :authority %s leads to %s", async (authority, issuer) => {
    const server = createHttp2Server(toNodeHandler(issuers));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    close = () => {
      session.close();
      server.close();
    };
    const stream = session.request({ ":path": PATH, ":authority": authority });
    let text = "";
    for await (const piece of stream.setEncoding("utf8")) text += piece as string;
    expect((JSON.parse(text) as { issuer?: string }).issuer).toBe(issuer);
  });
});
