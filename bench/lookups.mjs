// What an authorization request needs of a registered client: to find it, to judge its redirect URI, and to show it.
import { hmac } from "@oslojs/crypto/hmac";
import { SHA256 } from "@oslojs/crypto/sha2";
import { memoryStore } from "@oauth-dcr/core/memory";
import { statelessStore } from "@oauth-dcr/core/stateless";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { ISSUER, list, registered, registration, timed } from "./timed.mjs";

const CLIENTS = 2000;
const STRANGERS = 1000;
const FAMILIAR = 100;

/** Microseconds of `findClient` for each kind of store, and of the least that each kind has to do. */
export async function lookups(inMemory) {
  const secret = new Uint8Array(32).fill(7);
  const stateless = registration(
    statelessStore({ issuer: ISSUER, keys: [{ id: "1", secret }], ttlSeconds: 3600 }),
  );
  const database = new Database(":memory:");
  const sqlite = registration(openSqliteStore(database));
  const select = database.prepare("SELECT * FROM client WHERE client_id = ?");
  const rotation = async (server, count) => {
    const clients = await registered(server, count);
    return (n) => clients[n % count].clientId;
  };
  const [memoryId, sqliteId] = [await rotation(inMemory, CLIENTS), await rotation(sqlite, CLIENTS)];
  const familiarId = await rotation(stateless, FAMILIAR);
  const find = (server) => async (id) => {
    if (!(await server.findClient(id)).ok) throw new Error(`${id} is not found`);
  };
  const found = await timed(CLIENTS, {
    "memory store": { make: memoryId, run: find(inMemory) },
    SQLite: { make: sqliteId, run: find(sqlite) },
    "SQLite, a bare prepared read and JSON.parse": {
      make: sqliteId,
      run: (id) => JSON.parse(select.get(id).metadata),
    },
    "stateless, seen before": { make: familiarId, run: find(stateless) },
  });
  const strangers = await registered(stateless, STRANGERS * 11);
  const strangerId = () => strangers.pop().clientId;
  const encoder = new TextEncoder();
  const sealed = await timed(STRANGERS, {
    "stateless, never seen": { make: strangerId, run: find(stateless) },
    "stateless, its HMAC alone": {
      make: familiarId,
      run: (id) => hmac(SHA256, secret, encoder.encode(id.slice(0, id.lastIndexOf(".")))),
    },
  });
  return { ...found, ...sealed };
}

/** Microseconds of what a consent page asks. */
export async function consents(server) {
  const wellKnownNames = Object.fromEntries(
    list(100, (i) => [`Well Known Name ${i}`, [`known${i}.example`]]),
  );
  const asking = registration(memoryStore(), { wellKnownNames });
  const [client] = await registered(asking, 1);
  const names = list(60, (i) => [`client_name#a${i}`, `Wel Known ${"x".repeat(900)}`]);
  const hostileClient = { ...client, metadata: { ...client.metadata, ...Object.fromEntries(names) } };
  const [uri] = client.metadata.redirect_uris;
  const exact = await timed(20_000, {
    "allowsRedirectUri, exact match": { run: () => server.allowsRedirectUri(client, uri) },
  });
  const views = await timed(500, {
    "consentView, 100 well-known names": { run: () => asking.consentView(client, uri) },
    "consentView, a hostile client": { run: () => asking.consentView(hostileClient, uri) },
  });
  return { ...exact, ...views };
}
