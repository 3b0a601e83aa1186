// What `findClient` costs for each kind of client, in turns in one process: microseconds a call, the median of the rounds,
// and how many times that of a store in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { statelessStore } from "@oauth-dcr/core/stateless";
import { memoryStore } from "@oauth-dcr/core/memory";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const ROUNDS = 15;
const CALLS = 2000;
const issuer = "https://as.example";
const url = "https://client.example/oauth/client.json";
const metadata = {
  client_name: "An editor",
  client_uri: "https://client.example/",
  redirect_uris: ["http://127.0.0.1/callback", "https://client.example/callback"],
  token_endpoint_auth_method: "none",
};

const deskOf = (store) =>
  createClientRegistration({
    ...mcpPreset({ issuer }),
    access: openRegistration({ dangerouslyUnlimited: true }),
    store,
    audit: () => undefined,
    clientIdMetadataDocuments: clientIdMetadataDocuments({
      guardedFetch: guardedFetch({
        connection: async () => Response.json({ ...metadata, client_id: url }),
      }),
    }),
  });

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-resolve-"));
const sqlite = openSqliteStore(new Database(join(folder, "clients.sqlite")));
const sealed = () =>
  deskOf(statelessStore({ issuer, keys: [{ id: "1", secret: new Uint8Array(32) }], ttlSeconds: 86_400 }));
const registered = async (desk, changes = {}) => {
  const { value } = await desk.registerClient({ ...metadata, ...changes });
  return { desk, clientId: value.client.clientId };
};
const kinds = {
  "memory store": await registered(deskOf(memoryStore())),
  SQLite: await registered(deskOf(sqlite)),
  "document, fresh": { desk: deskOf(memoryStore()), clientId: url },
  "stateless, public": await registered(sealed()),
  "stateless, with a secret": await registered(sealed(), {
    token_endpoint_auth_method: "client_secret_basic",
  }),
};

const rounds = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [kind, { desk, clientId }] of Object.entries(kinds)) {
    const start = performance.now();
    for (let call = 0; call < CALLS; call += 1) {
      if (!(await desk.findClient(clientId)).ok) throw new Error(`${kind} is not found`);
    }
    rounds[kind].push(((performance.now() - start) / CALLS) * 1000);
  }
}
const median = (numbers) => numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
const base = median(rounds["memory store"]);
for (const [kind, times] of Object.entries(rounds)) {
  const time = median(times);
  console.log(
    `${kind.padEnd(26)} ${time.toFixed(1).padStart(7)} µs ${(time / base).toFixed(1).padStart(6)} ×`,
  );
}
sqlite.close();
rmSync(folder, { recursive: true });
