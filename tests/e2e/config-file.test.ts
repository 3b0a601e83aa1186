import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { arrived, auditLines, runOauthDcr, startServer } from "../support/oauth-dcr-process.js";

const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function fileOf(config: unknown): string {
  const file = join(directory, `oauth-dcr-${files++}.json`);
  writeFileSync(file, typeof config === "string" ? config : JSON.stringify(config));
  return file;
}

async function register(origin: string, name: string) {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: ["http://127.0.0.1/callback"],
      token_endpoint_auth_method: "none",
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}
const metadataOf = async (origin: string) =>
  (await (await fetch(`${origin}/.well-known/oauth-authorization-server`)).json()) as Record<string, unknown>;

describe("oauth-dcr serve --config FILE", () => {
  it("serves by the file, by a variable over it, and by a flag over both", async () => {
    const file = fileOf({
      $schema: "./node_modules/@oauth-dcr/server/config.schema.json",
      database: "memory:",
      scopes: ["of:file"],
      rateLimit: "7/60",
      quota: 9,
      maxBody: 2000,
      idleTtl: "90d",
      unusedTtl: "off",
      tokenEndpoint: "https://as.example/token",
    });
    const server = await startServer(["--quota", "11"], {
      OAUTH_DCR_CONFIG: file,
      OAUTH_DCR_MAX_BODY: "3000",
      OAUTH_DCR_QUOTA: "10",
      OAUTH_DCR_SCOPES: "",
    });
    expect(server.stdout()).toContain(`config    ${file}`);
    expect(server.stdout()).toContain("--rate-limit 7/60,");
    expect(server.stdout()).toContain(
      "--quota 11, --total-quota off, --max-body 3000, --unused-ttl off, --idle-ttl 7776000s",
    );
    expect(await metadataOf(server.origin)).toMatchObject({
      scopes_supported: ["of:file"],
      token_endpoint: "https://as.example/token",
    });
    expect(await server.end()).toBe(0);
    const other = await startServer(["--config", fileOf({ quota: 12 }), "--database", "memory:"], {
      OAUTH_DCR_CONFIG: file,
    });
    expect(other.stdout()).toContain("--rate-limit 100/60,");
    expect(other.stdout()).toContain("--quota 12,");
    expect(await other.end()).toBe(0);
  });

  it("is for every command, so that they work on the database of the server", async () => {
    const database = join(directory, "shared.sqlite");
    const file = fileOf({ database, unusedTtl: "off", idleTtl: "off", audit: ["database"], quota: "off" });
    const server = await startServer(["--config", file]);
    const { body } = await register(server.origin, "An app");
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await runOauthDcr([...args, "--config", file], {}, directory);
      expect([stderr, code]).toEqual(["", 0]);
      return stdout.trim();
    };
    expect(await run("clients", "list")).toContain(body["client_id"]);
    expect(await run("clients", "disable", body["client_id"]!)).toBe(`disabled ${body["client_id"]}`);
    expect(await run("clients", "enable", body["client_id"]!)).toBe(`enabled ${body["client_id"]}`);
    expect(JSON.parse(await run("audit", "verify"))).toMatchObject({ ok: true });
    expect(JSON.parse(await run("backup", join(directory, "copy")))).toMatchObject({ database });
    expect(await run("token", "list")).toBe("");
    expect(await server.end()).toBe(0);
  });

  it("reads a URL with a password from the variable that the file names, and never from the file", async () => {
    const url = "postgres://user:hunter2@127.0.0.1:1/db";
    const named = fileOf({ database: { env: "CLIENTS_URL" } });
    const unset = await runOauthDcr(["serve", "--port", "0", "--config", named]);
    expect(unset).toMatchObject({ code: 2, stdout: "" });
    expect(unset.stderr).toBe(
      `oauth-dcr: ${named}: database names the environment variable CLIENTS_URL, which is not set\n`,
    );
    // Nobody listens at port 1, so that it was this URL that was tried.
    const set = await runOauthDcr(["serve", "--port", "0", "--config", named], { CLIENTS_URL: url });
    expect(set).toMatchObject({ code: 1, stderr: expect.stringContaining("ECONNREFUSED") as string });
    expect(set.stderr).not.toContain("hunter2");
    for (const secret of [
      { database: url },
      { database: "postgres://127.0.0.1/db?password=hunter2" },
      { database: "postgres://user:hunter2@[broken/db" },
      { redis: "redis://:hunter2@127.0.0.1" },
    ]) {
      const file = fileOf(secret);
      const { code, stderr } = await runOauthDcr(["serve", "--port", "0", "--config", file]);
      expect(stderr).toMatch(`${file}: ${Object.keys(secret)[0]} must not hold a password`);
      expect(stderr).not.toContain("hunter2");
      expect(code).toBe(2);
    }
  });

  it.each<[config: unknown, sentence: string]>([
    [{ rateLimt: "1/1" }, "there is no member rateLimt; did you mean rateLimit?"],
    [{ "rate-limit": "1/1" }, "there is no member rate-limit; did you mean rateLimit?"],
    [{ cache: {} }, "there is no member cache; there are $schema, port, "],
    [{ config: "other.json" }, "there is no member config"],
    ['{ "__proto__": { "quota": "off" } }', "there is no member __proto__"],
    [{ quota: "100" }, 'quota must be a whole number from 1 to 999999999, or "off"'],
    [{ hold: "on" }, "hold must be true or false"],
    [{ audit: ["stdout", 5] }, "audit[1] must be a text without commas"],
    [{ audit: ["stdot"] }, "audit must be stdout, file:PATH"],
    [{ issuer: "http://as.example" }, "issuer must be a plain https URL"],
    [{ host: "0.0.0.0" }, "issuer"],
    [{ globalRateLimit: "1/1", rateLimit: "off" }, "globalRateLimit needs --rate-limit"],
    [{ documentAdmission: [{ match: "*", verdct: "allow" }] }, "documentAdmission[0].verdict is missing"],
    [
      { documentAdmission: [{ match: "*", verdict: "allow", because: "x" }] },
      "documentAdmission[0] has no member because; there are match, verdict",
    ],
    [
      { documentAdmission: [{ match: "*", verdict: "allow" }] },
      "documentAdmission needs --client-id-metadata-documents on",
    ],
    [
      { clientIdMetadataDocuments: true, documentAdmission: [{ match: "a.example", verdict: "block" }] },
      "documentAdmission is refused: the last rule must be for *",
    ],
    [
      {
        clientIdMetadataDocuments: true,
        documentAdmission: [
          { match: "http://a.example/*", verdict: "block" },
          { match: "*", verdict: "allow" },
        ],
      },
      'documentAdmission is refused: admission[0].match: "http://a.example/*" must be an https URL',
    ],
    [
      { clientIdMetadataDocuments: true, privateDocumentUrls: ["https://169.254.169.254/client.json"] },
      "privateDocumentUrls is refused: privateUrls[0]",
    ],
    [
      { templates: [{ name: "a", match: {}, tier: "approved" }] },
      "templates[0].match.source must be one of initial_access_token, operator, as the template sets a tier",
    ],
    [
      { scopes: ["read"], tiers: { approved: { scopes: ["read", "write"] } } },
      "tiers.approved.scopes[1] is write, which is none of the server's scopes",
    ],
    [
      { templates: [{ name: "a", match: { source: "open" }, scopes: ["write"] }], preset: "open-native" },
      "templates[0].scopes[0] is write, which is none of the server's scopes",
    ],
    [[], "must hold one JSON object"],
    ["null", "must hold one JSON object"],
    ["{ quota: 1 }", "must be JSON in UTF-8"],
    ["", "must be JSON in UTF-8"],
  ])("refuses %j with the file, the member and the rule, and exit code 2", async (config, sentence) => {
    const file = fileOf(config);
    const { code, stdout, stderr } = await runOauthDcr(["serve", "--port", "0", "--config", file]);
    expect(stderr).toContain(sentence);
    if (sentence !== "issuer") expect(stderr).toMatch(`oauth-dcr: ${file}: `);
    expect(stderr.split("\n")).toHaveLength(2);
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("names the flag or the variable where those are wrong, and not the file", async () => {
    const file = fileOf({ quota: 1 });
    const { code, stderr } = await runOauthDcr(["serve", "--config", file, "--quota", "0"]);
    expect(stderr).toContain("--quota (or OAUTH_DCR_QUOTA) must be");
    expect(stderr).not.toContain(file);
    expect(code).toBe(2);
  });

  it("says which file it cannot read", async () => {
    mkdirSync(join(directory, "folder"));
    for (const [file, reason] of [
      [join(directory, "missing.json"), "ENOENT"],
      [join(directory, "folder"), "EISDIR"],
      ["", "ENOENT"],
    ] as const) {
      const { code, stderr } = await runOauthDcr(["clients", "count", "--config", file]);
      expect(stderr).toContain("--config (or OAUTH_DCR_CONFIG) names a file that cannot be read");
      expect(stderr).toContain(`${JSON.stringify(file)}, ${reason}`);
      expect(code).toBe(2);
    }
  });
});

describe("oauth-dcr serve --hold on", () => {
  it("keeps open registrations from use until they are approved, says so, and names the policy", async () => {
    const database = join(directory, "held.sqlite");
    const args = ["--database", database, "--idempotent", "off"];
    const server = await startServer(["--hold", "on", ...args]);
    expect(server.stdout()).toContain(
      "hold      --hold on: the policy hold_for_approval holds open registrations",
    );
    const { status, body } = await register(server.origin, "Held");
    expect(status).toBe(201);
    await arrived(() => auditLines(server.stdout()).length > 0);
    expect(auditLines(server.stdout())).toMatchObject([
      {
        type: "client_registered",
        status: "awaiting_approval",
        heldBecause: "open registrations await approval (--hold on)",
      },
    ]);
    const clients = async (...parts: string[]) =>
      (await runOauthDcr(["clients", ...parts, "--database", database])).stdout;
    const client = () => clients("list").then((line) => JSON.parse(line) as object);
    expect(await client()).toMatchObject({
      status: "awaiting_approval",
      origin: { policies: ["hold_for_approval"] },
    });
    expect(await clients("approve", body["client_id"]!, "--unused-ttl", "off")).toContain("approved");
    expect(await client()).toMatchObject({ status: "pending" });
    expect(await server.end()).toBe(0);

    // A server that holds no more still knows the policy that the client was admitted by.
    const after = await startServer(args);
    const update = await fetch(`${after.origin}/register/${body["client_id"]}`, {
      method: "PUT",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${body["registration_access_token"]}`,
      },
      body: JSON.stringify({
        client_id: body["client_id"],
        client_name: "Renamed",
        redirect_uris: ["http://127.0.0.1/callback"],
        token_endpoint_auth_method: "none",
      }),
    });
    expect(update.status).toBe(200);
    expect(await client()).toMatchObject({ status: "pending", metadata: { client_name: "Renamed" } });
    expect(await after.end()).toBe(0);
  });

  it("has no use where nobody registers openly", async () => {
    const { code, stderr } = await runOauthDcr(["serve", "--hold", "on", "--preset", "token-gated"]);
    expect(stderr).toContain("--hold (or OAUTH_DCR_HOLD) has no use with --preset token-gated");
    expect(code).toBe(2);
  });
});

describe("oauth-dcr serve --client-id-metadata-documents on", () => {
  it("announces documents, and tells the rules by which they are taken", async () => {
    const off = await startServer(["--database", "memory:"]);
    expect(await metadataOf(off.origin)).not.toHaveProperty("client_id_metadata_document_supported");
    expect(off.stdout()).not.toContain("documents");
    await off.end();

    const on = await startServer([
      ...["--database", "memory:", "--client-id-metadata-documents", "on"],
      ...["--document-admission", "block:*.evil.example allow:https://app.example/oauth/* hold:*"],
      ...["--private-document-urls", "https://wiki.corp.internal/client.json"],
    ]);
    expect(await metadataOf(on.origin)).toMatchObject({ client_id_metadata_document_supported: true });
    expect(on.stdout()).toContain(
      "documents --client-id-metadata-documents on, --document-admission block:*.evil.example allow:https://app.example/oauth/* hold:*, --private-document-urls https://wiki.corp.internal/client.json\n",
    );
    expect(await on.end()).toBe(0);
  });

  it("holds documents too with --hold on, unless rules say otherwise", async () => {
    const server = await startServer([
      ...["--database", "memory:", "--client-id-metadata-documents", "on", "--hold", "on"],
    ]);
    expect(server.stdout()).toContain("--document-admission hold:*\n");
    await server.end();
  });

  it("lets a command disable a client that nobody has seen yet", async () => {
    const database = join(directory, "documents.sqlite");
    const environment = { OAUTH_DCR_DATABASE: database, OAUTH_DCR_CLIENT_ID_METADATA_DOCUMENTS: "on" };
    const server = await startServer([], environment);
    const url = "https://app.example/client.json";
    expect(await runOauthDcr(["clients", "disable", url], environment)).toMatchObject({
      code: 0,
      stdout: `disabled ${url}\n`,
    });
    const { stdout } = await runOauthDcr(["clients", "list"], environment);
    expect(JSON.parse(stdout)).toMatchObject({ clientId: url, status: "disabled" });
    await server.end();
  });

  it.each([
    [["--preset", "token-gated"], "--document-admission (or OAUTH_DCR_DOCUMENT_ADMISSION) is required"],
    [["--preset", "web-confidential"], "has no use with --preset web-confidential"],
    [["--document-admission", "deny:*"], "must be rules such as"],
    [["--document-admission", "*"], "must be rules such as"],
    [["--document-admission", ""], "the last rule must be for *"],
    [["--document-admission", "allow:app.example"], "the last rule must be for *"],
    [["--private-document-urls", "https://WIKI.internal/c"], "privateUrls[0]"],
  ])("refuses %j", async (args, sentence) => {
    const { code, stderr } = await runOauthDcr(["serve", "--client-id-metadata-documents", "on", ...args]);
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });
});
