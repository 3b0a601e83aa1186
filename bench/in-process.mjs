// What the steps cost in one process, each beside what it is compared with, in turns and with distinct inputs. Prints
// JSON: microseconds a call, medians of the rounds.
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
import { statelessStore } from "@oauth-dcr/core/stateless";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const ROUNDS = 9;
const registration = (store, options = {}) =>
  createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read"] }),
    idempotentRegistration: false,
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 1e9, windowSeconds: 1 }) }),
    audit: () => undefined,
    store,
    ...options,
  });
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Medians of the rounds in which each of `steps` runs `calls` times. */
async function timed(calls, steps) {
  const times = Object.fromEntries(Object.keys(steps).map((name) => [name, []]));
  let input = 0;
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, { make, run }] of Object.entries(steps)) {
      const inputs = Array.from({ length: calls }, () => make?.((input += 1)));
      const start = performance.now();
      for (const value of inputs) {
        const answer = run(value);
        if (answer instanceof Promise) await answer;
      }
      if (round >= 0) times[name].push(((performance.now() - start) / calls) * 1000);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

const bodyOf = (n) =>
  JSON.stringify({
    client_name: `Client ${n}`,
    client_uri: `https://app${n}.example/`,
    redirect_uris: [`https://app${n}.example/callback`, "http://127.0.0.1:8123/callback"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  });
const open = registration(memoryStore());
const register = async (body) => {
  const answer = await open.registerClient(JSON.parse(body));
  return JSON.stringify(answer.ok ? answer.value.response : answer.error.kind);
};
const steps = await timed(4000, {
  json: { make: bodyOf, run: (body) => JSON.stringify(JSON.parse(body)) },
  registered: { make: bodyOf, run: register },
  refused: { make: (n) => bodyOf(n).replace("https://app", "http://app"), run: register },
});

const list = (count, entry) => Array.from({ length: count }, (_, i) => entry(i));
const GOOD = { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none" };
const HOSTILE = {
  "thousands of grant types": { ...GOOD, grant_types: list(5000, (i) => `grant${i}`) },
  "50 response types of 1,000 letters": {
    ...GOOD,
    response_types: list(50, (i) => `${"code ".repeat(199)}${i}`),
  },
  "290 localised names": {
    ...GOOD,
    ...Object.fromEntries(list(290, (i) => [`client_name#a${((i % 26) + 10).toString(36)}-x-${i}`, "name"])),
  },
  "20 redirect URIs of 2,000 encoded letters": {
    ...GOOD,
    redirect_uris: list(20, (i) => `https://app.example/${i}${"%41".repeat(660)}`),
  },
  "thousands of unknown members": Object.fromEntries(list(4000, (i) => [`member${i}`, 1])),
  "a name of 60,000 letters": { ...GOOD, client_name: "n".repeat(60_000) },
  "a scope of 4,000 letters": {
    ...GOOD,
    scope: list(800, (i) => `s${i}`)
      .join(" ")
      .slice(0, 4090),
  },
  "20 keys": {
    ...GOOD,
    jwks: { keys: list(20, (i) => ({ kty: "RSA", n: "n".repeat(600), e: "AQAB", kid: `${i}` })) },
  },
};
const hostile = {};
for (const [name, body] of Object.entries(HOSTILE)) {
  const text = JSON.stringify(body).slice(0, 65_536);
  if (text.length === 65_536) throw new Error(`${name} is too long`);
  hostile[name] = await timed(60, {
    json: { make: () => ` ${text}`, run: (body) => JSON.parse(body) },
    explained: { make: () => JSON.parse(text), run: (metadata) => open.explainClientMetadata(metadata) },
  });
}

const policy = mcpPreset({ issuer: "https://as.example" }).redirectUris;
const secret = new Uint8Array(32).fill(7);
const stateless = registration(
  statelessStore({ issuer: "https://as.example", keys: [{ id: "1", secret }], ttlSeconds: 3600 }),
);
const database = new Database(":memory:");
const sqlite = registration(openSqliteStore(database));
const registered = async (server, count) =>
  Promise.all(
    list(count, async (i) => (await server.registerClient(JSON.parse(bodyOf(1e6 + i)))).value.client),
  );
const inMemory = await registered(open, 2000);
const inSqlite = await registered(sqlite, 2000);
const sealed = await registered(stateless, 2000);
const select = database.prepare("SELECT * FROM client WHERE client_id = ?");
let turn = 0;
const next = (clients) => () => clients[(turn += 1) % clients.length].clientId;
const found = await timed(2000, {
  "memory store": { make: next(inMemory), run: (id) => open.findClient(id) },
  SQLite: { make: next(inSqlite), run: (id) => sqlite.findClient(id) },
  "SQLite, a bare read": { make: next(inSqlite), run: (id) => JSON.parse(select.get(id).metadata) },
  stateless: { make: next(sealed), run: (id) => stateless.findClient(id) },
});

const names = Object.fromEntries(list(100, (i) => [`Well Known Name ${i}`, [`known${i}.example`]]));
const asking = registration(memoryStore(), { wellKnownNames: names });
const [client] = await registered(asking, 1);
const hostileClient = {
  ...client,
  metadata: {
    ...client.metadata,
    ...Object.fromEntries(list(60, (i) => [`client_name#a${i}`, `Wel Known ${"x".repeat(900)}`])),
  },
};
const [uri] = client.metadata.redirect_uris;
const asked = await timed(500, {
  allowsRedirectUri: { run: () => open.allowsRedirectUri(client, uri) },
  consentView: { run: () => asking.consentView(client, uri) },
  "consentView, hostile": { run: () => asking.consentView(hostileClient, uri) },
});
console.log(JSON.stringify({ steps, hostile, found, asked, policy: policy.maxLength }));
