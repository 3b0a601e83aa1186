import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, expect, it } from "vitest";
import { runOauthDcr } from "../support/oauth-dcr-process.js";
import { describeUnless, missing } from "../support/services.js";

const POSTGRES = "postgres://postgres@127.0.0.1:5432/test";
const CHILD = fileURLToPath(new URL("children/registry.mjs", import.meta.url));
const schema = `every_client_${process.pid}`;
const DOCUMENT = "https://app.example/client.json";

const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-every-client-"));
const children: ChildProcess[] = [];
const document: Record<string, unknown> = {
  client_id: DOCUMENT,
  client_name: "Document app",
  redirect_uris: ["https://app.example/callback"],
  token_endpoint_auth_method: "none",
};
let asked = 0;
const documents = createServer((_, response) => {
  asked += 1;
  response.setHeader("content-type", "application/json").end(JSON.stringify(document));
});
afterAll(async () => {
  for (const child of children) {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
  documents.close();
  rmSync(folder, { recursive: true });
});

/** Another process of the authorization server. */
async function startRegistry(origin: string) {
  const child = spawn(process.execPath, [CHILD, POSTGRES, schema, origin], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [address] = (await once(createInterface(child.stdout), "line")) as [string];
  const find = async (clientId: string, use = "") =>
    (await (await fetch(`${address}/find?client_id=${encodeURIComponent(clientId)}${use}`)).json()) as Record<
      string,
      unknown
    >;
  const register = async (body: object) => {
    const response = await fetch(`${address}/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { client_id: string }).client_id;
  };
  return { find, register };
}

async function operator(...args: readonly string[]): Promise<readonly unknown[]> {
  const writes = !["list", "count", "show"].includes(args[0] ?? "");
  const audit = writes ? ["--audit", "database"] : [];
  const database = ["--database", `${POSTGRES}?schema=${schema}`];
  const { code, stdout, stderr } = await runOauthDcr(["clients", ...args, ...database, ...audit]);
  expect([code, stderr], args.join(" ")).toEqual([0, ""]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => (line.startsWith("{") ? (JSON.parse(line) as unknown) : line));
}

describeUnless(await missing("postgresql"), "every client of one server", () => {
  const pool = new pg.Pool({ connectionString: POSTGRES, max: 1 });
  afterAll(async () => {
    await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    await pool.end();
  });

  it("is admitted, found, promoted, used, blocked everywhere at once, and purged, and the log tells of it", async () => {
    documents.listen(0, "127.0.0.1");
    await once(documents, "listening");
    const origin = `http://127.0.0.1:${(documents.address() as AddressInfo).port}`;
    const [one, other] = [await startRegistry(origin), await startRegistry(origin)];

    const registered = await one.register({
      client_name: "Registered app",
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
    });
    const file = join(folder, "clients.json");
    const workload = { grant_types: ["client_credentials"], response_types: [], scope: "read" };
    writeFileSync(
      file,
      JSON.stringify([
        {
          clientId: "our-app",
          metadata: { redirect_uris: ["https://ours.example/callback"], client_name: "Our app" },
          administration: { tier: "first_party", owner: "web", tags: ["journey"] },
        },
        {
          clientId: "our-workload",
          metadata: { ...workload, token_endpoint_auth_method: "client_secret_basic" },
          administration: { tier: "first_party", owner: "jobs", tags: ["journey"] },
        },
      ]),
    );
    const rules = ["--config", configFile()];
    expect(await operator("apply", file, ...rules)).toMatchObject([
      { outcome: "added" },
      { outcome: "added" },
    ]);

    const all = [DOCUMENT, registered, "our-app", "our-workload"];
    for (const id of all) expect(await one.find(id, "&use"), id).toMatchObject({ use: "recorded" });
    expect(await operator("count", "--by", "source")).toEqual([
      { metadata_document: 1, open: 1, operator: 2 },
    ]);
    expect(await operator("list", "--host", "app.example")).toMatchObject([{ clientId: DOCUMENT }]);
    for (const id of [DOCUMENT, registered]) {
      await operator("administer", id, "--tags", "journey");
      await operator("promote", id, "--to", "approved");
      expect(await other.find(id)).toMatchObject({
        status: "active",
        administration: { tier: "approved" },
      });
    }

    const before = asked;
    for (const id of all) {
      await operator("disable", id, "--reason", "the journey ends");
      expect([await one.find(id), await other.find(id)]).toEqual([
        { kind: "disabled" },
        { kind: "disabled" },
      ]);
    }
    expect(asked).toBe(before);

    const purge = ["purge", "--tag", "journey", "--status", "disabled"];
    expect(await operator(...purge, "--dry-run")).toMatchObject([
      { deleted: false, clientIds: [...all].sort() },
    ]);
    expect(await operator(...purge, "--yes")).toMatchObject([{ deleted: true }]);
    for (const id of all.slice(1)) expect(await other.find(id)).toEqual({ kind: "unknown_client" });

    const { rows } = await pool.query<{ type: string; client: string }>(
      `SELECT event::json->>'type' AS type, event::json->>'clientId' AS client
       FROM "${schema}".audit_event ORDER BY position`,
    );
    const trailOf = (id: string) => rows.filter(({ client }) => client === id).map(({ type }) => type);
    const end = ["client_disabled", "client_removed"];
    expect(trailOf(registered)).toEqual([
      "client_registered",
      "client_administered",
      "client_administered",
      ...end,
    ]);
    expect(trailOf("our-workload")).toEqual(["client_added", ...end]);
    expect(new Set(trailOf(DOCUMENT))).toEqual(
      new Set(["client_document_accepted", "client_administered", ...end]),
    );
    const verified = await runOauthDcr(["audit", "verify", "--database", `${POSTGRES}?schema=${schema}`]);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
  });
});

/** The rules by which the operator's clients are judged. */
function configFile(): string {
  const path = join(folder, "config.json");
  writeFileSync(path, JSON.stringify({ scopes: ["read"], preset: "token-gated" }));
  return path;
}
