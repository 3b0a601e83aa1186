// Does with clients and tokens all that a store is asked for, one step after the other, on a SQLite file. Nothing in it is
// left to chance, so that two runs of one name write the same.
//   node whole-flow.mjs FILE NAME      tells the moments of the run, and after each call of the store what the file holds
//   node whole-flow.mjs FILE NAME N    kills itself at moment N
//   node whole-flow.mjs                does it once for each line "FILE NAME" of its input, and answers each with a line
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { createClientRegistration, mcpPreset, openRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { holdForApproval } from "@oauth-dcr/core/policy";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const DAY = 86_400_000;
const CONFIDENTIAL = { token_endpoint_auth_method: "client_secret_basic" };
const [file, name, killAt] = process.argv.slice(2);

if (file === undefined) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [path, run] = line.split(" ");
    await wholeFlow(openSqliteStore(new Database(path)), run);
    writeSync(1, "done\n");
  }
} else {
  const connection = new Database(file);
  const moments = [];
  const isReference = killAt === undefined;
  const moment = (what, holds) => {
    moments.push({ what, ...(isReference && holds && { holds: holds(connection) }) });
    if (moments.length === Number(killAt)) process.kill(process.pid, "SIGKILL");
  };
  await wholeFlow(watched(openSqliteStore(watchedDatabase(connection, moment)), moment), name);
  process.stdout.write(JSON.stringify(moments));
}

/** The connection, with a moment before each statement. */
function watchedDatabase(database, moment) {
  return {
    get open() {
      return database.open;
    },
    get inTransaction() {
      return database.inTransaction;
    },
    exec(sql) {
      moment(sql);
      return database.exec(sql);
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      const watchedMethod =
        (method) =>
        (...values) => {
          moment(sql);
          return statement[method](...values);
        };
      return { run: watchedMethod("run"), all: watchedMethod("all") };
    },
    close: () => database.close(),
  };
}

/** The store, with a moment between the end of each call and whoever waits for it. */
function watched({ close, ...calls }, moment) {
  const watchedCalls = Object.entries(calls).map(([method, call]) => [
    method,
    async (...args) => {
      const answer = await call(...args);
      moment(`after ${method}`, contents);
      return answer;
    },
  ]);
  return { ...Object.fromEntries(watchedCalls), close };
}

function contents(database) {
  return ["client", "initial_access_token", "quota_count"].map((table) =>
    database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all(),
  );
}

async function wholeFlow(store, run) {
  let now = 1_790_000_000_000;
  let draws = 0;
  const inUse = new Set();
  const server = { issuer: "https://as.example", registration_endpoint: "https://as.example/register" };
  const shared = {
    store,
    audit: () => undefined,
    clock: () => now,
    randomBytes(bytes) {
      const digest = createHash("sha512")
        .update(`${run} ${(draws += 1)}`)
        .digest();
      bytes.set(digest.subarray(0, bytes.length));
      return bytes;
    },
    clientManagement: { revokeTokens: () => undefined, rotateClientSecret: true },
  };
  const gated = createClientRegistration({
    ...tokenGatedPreset(server),
    ...shared,
    quotas: { perInitialAccessToken: 2, total: 1_000 },
    lifecycle: {},
    policies: {
      initialAccessToken: [
        holdForApproval({ when: ({ metadata }) => metadata.client_name?.endsWith("held") === true }),
      ],
    },
  });
  const open = createClientRegistration({
    ...mcpPreset(server),
    ...shared,
    access: openRegistration({ dangerouslyUnlimited: true }),
    quotas: { perAddress: 1_000, total: 1_000 },
    lifecycle: { unusedTtlSeconds: 86_400, isClientInUse: ({ clientId }) => inUse.has(clientId) },
  });

  const context = { clientAddress: "203.0.113.7" };
  const metadataOf = (client, more) => ({
    redirect_uris: ["http://127.0.0.1/callback"],
    token_endpoint_auth_method: "none",
    client_name: `${run} ${client}`,
    ...more,
  });
  async function register(registration, client, more = {}) {
    const { initialAccessToken, ...metadata } = more;
    const result = await registration.registerClient(metadataOf(client, metadata), {
      ...context,
      initialAccessToken,
    });
    assert.ok(result.ok, JSON.stringify(result));
    return result.value;
  }
  async function manage(
    { registration_client_uri: url, registration_access_token: token },
    method,
    metadata,
  ) {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = metadata && JSON.stringify(metadata);
    return open.fetch(new Request(url, { method, headers, body }), context);
  }

  const { token: initialAccessToken, record } = await gated.initialAccessTokens.issue({ uses: 5 });
  const first = await register(gated, "first", { initialAccessToken, ...CONFIDENTIAL });
  const held = await register(gated, "held", { initialAccessToken });
  const refused = await gated.registerClient(metadataOf("third"), { initialAccessToken });
  assert.equal(refused.error?.kind, "quota_exceeded");
  assert.ok(await gated.approveClient(held.client.clientId));
  for (const { client } of [first, held]) {
    assert.equal(await gated.recordClientUse(client), "recorded");
  }
  await register(gated, "third", { initialAccessToken });
  assert.ok(await gated.disableClient(held.client.clientId));
  assert.ok(await gated.enableClient(held.client.clientId));
  assert.ok(await gated.rotateClientSecret(first.client.clientId));
  assert.ok(await gated.initialAccessTokens.revoke(record.id));

  const { response } = await register(open, "before", CONFIDENTIAL);
  const { client_id } = response;
  const update = await manage(response, "PUT", metadataOf("after", { client_id, ...CONFIDENTIAL }));
  assert.equal(update.status, 200);
  const updated = await update.json();
  assert.notEqual(updated.registration_access_token, response.registration_access_token);
  assert.equal((await manage(response, "GET")).status, 401);
  assert.equal((await manage(updated, "DELETE")).status, 204);

  const shown = await register(open, "shared");
  now += 0.9 * DAY;
  const again = await register(open, "shared");
  assert.ok(again.isReused && again.client.clientId === shown.client.clientId);
  await register(open, "unused", CONFIDENTIAL);
  const used = await register(open, "used", CONFIDENTIAL);
  inUse.add(used.client.clientId);
  now += DAY;
  // A run before this one may have left some of its own.
  assert.ok((await open.countClients()).expired >= 3);
  const { deleted, kept } = await open.sweepClients();
  assert.ok(deleted >= 2 && kept === 1);
  assert.equal((await open.countClients()).expired, 0);
  store.close();
}
