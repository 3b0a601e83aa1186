// Registers clients without end on the PostgreSQL server of this machine, and uses, stops or sweeps three in four of them.
// Writes each change to its output, as a line of JSON, once it is acknowledged.
// node work-on-postgres.mjs <schema> <name>
import { openPostgresStore } from "@oauth-dcr/store-sql";
import pg from "pg";

const AT_ONCE = 8;
const NOW = 1_790_000_000;
const [schema, name] = process.argv.slice(2);
const server = { host: "127.0.0.1", user: "postgres", database: "test", application_name: schema };
const store = await openPostgresStore(new pg.Pool(server), { schema, lockTimeoutSeconds: 60 });
let number = 0;

async function changeWithoutEnd() {
  for (;;) {
    number += 1;
    const clientId = `${name}/${number}`;
    const fate = ["none", "use", "stop", "sweep"][number % 4];
    const client = {
      clientId,
      clientIdIssuedAt: NOW,
      version: 1,
      status: "pending",
      requirements: {},
      origin: {
        source: "initial_access_token",
        ...(fate !== "sweep" && { initialAccessTokenId: "token" }),
        policies: [],
      },
      ...(fate === "sweep" && { expiresAt: NOW - 1 }),
      quotaKeys: [`address:${number % 5}`, "total"],
      metadata: {
        redirect_uris: ["https://app.example/callback"],
        client_name: `${fate} ${"x".repeat((number % 7) ** 3)}`,
      },
    };
    const guards = {
      quotas: client.quotaKeys.map((key) => ({ key, limit: 1_000_000 })),
      ...(fate !== "sweep" && { spendInitialAccessToken: { id: "token", at: NOW } }),
    };
    acknowledge("created", await store.createClient(client, guards), client);
    if (fate === "use") acknowledge("recorded", await store.recordClientUse(clientId, { at: NOW }), client);
    if (fate === "stop") {
      const change = { from: ["pending"], to: "disabled" };
      acknowledge("changed", await store.changeClientStatus(clientId, change), client);
    }
    if (fate === "sweep") {
      const [swept] = await store.deleteExpiredClients([clientId], NOW);
      acknowledge("swept", { outcome: swept === clientId ? "swept" : swept }, client);
    }
  }
}

function acknowledge(expected, { outcome }, client) {
  if (outcome !== expected) throw new Error(`${client.clientId}: ${outcome}`);
  process.stdout.write(`${JSON.stringify({ outcome, client })};\n`);
}

for (let worker = 0; worker < AT_ONCE; worker += 1) void changeWithoutEnd();
