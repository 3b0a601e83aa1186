/*
 * How long each page of the operator's console takes on the server, with SQLite and many clients. `node bench/console.mjs [clients]`.
 * The clients and their audit events are written by SQL. Each page is asked for 20 times; the first answer counts too.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConsole } from "@oauth-dcr/console";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { clientAdministration } from "@oauth-dcr/core/administration";
import { openAuditedSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const CLIENTS = Number(process.argv[2] ?? 100_000);
const ROUNDS = 20;
const BOUND_MILLISECONDS = 100;
const NOW = Math.floor(Date.now() / 1000);

/** Every hundredth is held, every tenth was used, every fiftieth disabled; every thousandth has an owner and a tag. */
const FILL = `INSERT INTO client (client_id, client_id_issued_at, version, status, last_used_at, requirements, origin, metadata,
    source, tier, owner, name, terms, administration)
  WITH RECURSIVE row (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row WHERE n < ${CLIENTS})
  SELECT 'client-' || n, ${NOW} - n, 1,
    CASE WHEN n % 100 = 0 THEN 'awaiting_approval' WHEN n % 10 = 0 THEN 'active' WHEN n % 50 = 1 THEN 'disabled' ELSE 'pending' END,
    CASE WHEN n % 10 = 0 THEN ${NOW} - n END, '{}', '{"source":"open","policies":[]}',
    '{"client_name":"Client ' || n || '","redirect_uris":["https://h' || (n % 50000) || '.example/cb"],"grant_types":["authorization_code"],"response_types":["code"],"token_endpoint_auth_method":"none","scope":"tools:read"}',
    'open', CASE WHEN n % 5000 = 0 THEN 'approved' ELSE 'unknown' END,
    CASE WHEN n % 1000 = 0 THEN 'owner-' || (n % 7000) END, 'client ' || n,
    '["host:h' || (n % 50000) || '.example"' || CASE WHEN n % 1000 = 0 THEN ',"tag:prod"' ELSE '' END || ']', NULL
  FROM row`;

const folder = mkdtempSync(join(tmpdir(), "console-"));
const database = new Database(join(folder, "clients.sqlite"));
const store = openAuditedSqliteStore(database);
try {
  database.exec(FILL);
  await recordEvents();
  const options = {
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read"] }),
    access: openRegistration({ dangerouslyUnlimited: true }),
    store,
    audit: store.auditLog.record,
  };
  const registration = createClientRegistration(options);
  for (let n = 0; n < 100; n += 1) await registration.initialAccessTokens.issue({ label: `token ${n}` });
  const origin = "http://127.0.0.1:8788";
  const operators = createConsole({
    origin,
    registration,
    clients: clientAdministration(options, {
      revokeTokens: () => undefined,
      readHistory: store.auditLog.readClientHistory,
    }),
    auditLog: store.auditLog,
    consents: store.consents,
  });
  const cookie = await signIn(operators, origin);
  const PAGES = [
    ...[
      "/",
      "/?window=week",
      "/clients",
      "/clients?text=client",
      "/clients?status=awaiting_approval",
      "/clients?tag=prod",
    ],
    ...[
      "/clients?host=h4711.example",
      "/clients?owner=owner-3000",
      "/clients?source=operator&status=pending",
    ],
    ...[
      "/clients?used_before=2020-01-01",
      "/clients?text=client&tag=prod",
      "/client?id=client-4711",
      "/approvals",
    ],
    ...[
      "/tokens",
      "/tokens/issue",
      "/audit",
      "/audit?client=client-4711",
      "/audit?type=client_removed",
      "/playground",
    ],
    ...[
      "/purge?status=disabled",
      "/purge?tag=prod",
      "/purge?status=active&tag=prod",
      "/client/delete?id=client-4711",
    ],
    "/purge?text=client+9&source=operator",
  ];
  console.log(`${CLIENTS} clients, ${CLIENTS} audit events, SQLite; milliseconds on the server`);
  let isSlow = false;
  for (const path of PAGES) {
    const times = [];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const begin = performance.now();
      const answer = await operators.fetch(
        new Request(origin + path, { headers: { cookie, host: "127.0.0.1:8788" } }),
      );
      bytes = (await answer.text()).length;
      times.push(performance.now() - begin);
      if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    }
    const sorted = [...times].sort((one, other) => one - other);
    const longest = sorted.at(-1);
    isSlow ||= longest > BOUND_MILLISECONDS;
    const told = [times[0], sorted[ROUNDS / 2], longest].map((time) => time.toFixed(1));
    console.log(`${path}: first ${told[0]}, median ${told[1]}, longest ${told[2]}; ${bytes} characters`);
  }
  if (isSlow) {
    console.error(`a page took longer than ${BOUND_MILLISECONDS} ms`);
    process.exitCode = 1;
  }
} finally {
  store.close();
  rmSync(folder, { recursive: true, force: true });
}

/** An event for each client, over the last week. */
async function recordEvents() {
  const findings = [{ severity: "error", rule: "redirect_uri.scheme", member: "redirect_uris" }];
  for (let n = 0; n < CLIENTS; n += 1000) {
    await Promise.all(
      Array.from({ length: 1000 }, async (_, index) => {
        const at = new Date(
          (NOW - Math.floor(((CLIENTS - n - index) / CLIENTS) * 600_000)) * 1000,
        ).toISOString();
        const shared = {
          at,
          actor: "anonymous",
          requestId: `request-${n + index}`,
          clientAddress: "192.0.2.1",
        };
        const clientId = `client-${n + index}`;
        await store.auditLog.record(
          index % 4 === 0
            ? { type: "registration_refused", ...shared, reason: "refused_metadata", findings }
            : {
                type: "client_registered",
                ...shared,
                clientId,
                findings: [],
                redirectUris: ["https://app.example/cb"],
                status: "pending",
                origin: { source: "open", policies: [] },
              },
        );
      }),
    );
  }
}

async function signIn(operators, origin) {
  const token = new URL(operators.signInLink()).searchParams.get("token");
  const answer = await operators.fetch(
    new Request(`${origin}/sign-in`, {
      method: "POST",
      headers: { host: "127.0.0.1:8788", origin, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ token, name: "Operator" }).toString(),
    }),
  );
  return answer.headers.get("set-cookie").split(";")[0];
}
