import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, describe, expect, it } from "vitest";
import { readConfigFile } from "../../packages/server/src/settings/config-file.js";
import { configSchema, SETTING_MEMBERS } from "../../packages/server/src/settings/config-schema.js";
import { SETTINGS } from "../../packages/server/src/settings/setting-table.js";
import { parseSettings } from "../../packages/server/src/settings/settings.js";

const PUBLISHED = fileURLToPath(new URL("../../packages/server/config.schema.json", import.meta.url));
const README = fileURLToPath(new URL("../../packages/server/README.md", import.meta.url));
const all = { match: "*", verdict: "allow" };

/** For each member values that make sense, and values that do not. */
const VALUES: Readonly<
  Record<string, { readonly good: readonly unknown[]; readonly bad: readonly unknown[] }>
> = {
  port: { good: [0, 8787, 65_535], bad: [-1, 65_536, 1.5, "8787", null] },
  host: { good: ["127.0.0.1", "::1"], bad: ["", 1, ["::1"]] },
  issuer: { good: ["https://as.example"], bad: ["", null] },
  database: {
    good: ["memory:", "clients.sqlite", "postgres://user@host/db", { env: "SET" }],
    bad: ["", 5, {}, { env: "" }, { env: "A B" }, { env: "SET", file: "x" }, ["memory:"]],
  },
  redis: { good: ["redis://127.0.0.1", { env: "SET" }], bad: ["", true, { ENV: "SET" }] },
  preset: { good: ["mcp", "token-gated", "web-confidential", "open-native"], bad: ["MCP", "open", "", 1] },
  scopes: { good: [["a", "b"], ["a"]], bad: [[], "a b", ["a b"], [""], [1], { 0: "a" }] },
  rateLimit: { good: ["100/60", "off"], bad: ["0/60", "100/0", "100", "100/60 ", 100, "OFF", false] },
  globalRateLimit: { good: ["1000/1", "off"], bad: ["1/", "/1", null] },
  ipv6Prefix: { good: [16, 64, 128], bad: [15, 129, "64"] },
  maxConnections: { good: [1, 999_999_999], bad: [0, 1_000_000_000, "off"] },
  maxConnectionsPerAddress: { good: [1, "off"], bad: [0, "Off", -1, 1.5] },
  trustedProxies: { good: [0, 100], bad: [-1, 101, "1"] },
  quota: { good: [1, 999_999_999, "off"], bad: [0, 1_000_000_000, "100", false] },
  totalQuota: { good: [1, 999_999_999, "off"], bad: [0, 1_000_000_000, "100", false] },
  metricsPort: { good: [0, 9464, 65_535], bad: [-1, 65_536, "9464", "off"] },
  frontPage: { good: [true, false], bad: ["on", 1] },
  maxBody: { good: [1, 1_048_576], bad: [0, 1_048_577, "off"] },
  unusedTtl: { good: ["24h", "30m", "off"], bad: ["24", "0h", "1w", 86_400] },
  idleTtl: { good: ["90d", "off"], bad: ["90 d", ""] },
  secretTtl: { good: ["10s", "off"], bad: ["-1s", null] },
  idempotent: { good: [true, false], bad: ["on", 1, null] },
  audit: {
    good: [["stdout"], ["stdout", "file:/tmp/a"]],
    bad: ["stdout", [], [""], ["stdout,opentelemetry"]],
  },
  webhook: { good: [["https://hooks.example/a"], []], bad: ["https://hooks.example/a", [1], [""]] },
  webhookEvents: { good: [["client.held"]], bad: ["client.held", [1], [""]] },
  webhookPrivate: { good: [true, false], bad: ["on", 0] },
  authorizationEndpoint: { good: ["https://as.example/authorize"], bad: ["", 1] },
  tokenEndpoint: { good: ["https://as.example/token"], bad: ["", {}] },
  tokenEndpointAuthMethods: { good: [["none", "tls_client_auth"]], bad: ["none", [""], [1], null] },
  hold: { good: [true, false], bad: ["on", 0] },
  clientIdMetadataDocuments: { good: [true, false], bad: ["on", {}] },
  documentAdmission: {
    good: [
      [all],
      [{ match: "https://a.example/*", verdict: "block" }, { match: "*.a.example", verdict: "hold" }, all],
    ],
    bad: [
      "allow:*",
      [],
      ["allow:*"],
      [{ match: "*" }],
      [{ verdict: "allow" }],
      [{ match: "*", verdict: "deny" }],
      [{ match: "*", verdict: "allow", reason: "x" }],
      [{ match: "a b", verdict: "allow" }],
      [{ match: "", verdict: "allow" }],
      [null],
    ],
  },
  privateDocumentUrls: {
    good: [["https://intranet/client.json"], []],
    bad: ["https://intranet/c", [1], ["a b"]],
  },
  console: { good: [true, false], bad: ["on", 1] },
  consolePort: { good: [0, 8788], bad: [-1, 65_536, "8788"] },
  consoleOrigin: { good: ["https://console.example"], bad: ["", 1] },
  consoleUserHeader: { good: ["x-forwarded-user"], bad: ["", 1] },
};
/** What else has to be said for a member to make sense. */
const BESIDE: Readonly<Record<string, object>> = {
  consoleOrigin: { console: true },
  consoleUserHeader: { console: true },
  globalRateLimit: { rateLimit: "1/1" },
  documentAdmission: { clientIdMetadataDocuments: true },
  privateDocumentUrls: { clientIdMetadataDocuments: true },
};
const ENVIRONMENT = {
  SET: "redis://127.0.0.1",
  OAUTH_DCR_CONSOLE_PROXY_SECRET: "s".repeat(32),
  OAUTH_DCR_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString("base64")}`,
};

const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(config: unknown): string {
  const file = join(directory, "oauth-dcr.json");
  writeFileSync(file, JSON.stringify(config));
  return file;
}
const isRead = (config: unknown): boolean => {
  try {
    readConfigFile(fileOf(config), ENVIRONMENT);
    return true;
  } catch {
    return false;
  }
};

describe("the JSON Schema of the configuration file", () => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: false }).compile(
    JSON.parse(readFileSync(PUBLISHED, "utf8")) as object,
  );

  it("is published as the settings have it", () => {
    expect(readFileSync(PUBLISHED, "utf8")).toBe(`${configSchema()}\n`);
  });

  it("has a member for each setting but the file itself, and this test has values for each", () => {
    const flags = [...SETTING_MEMBERS.values()].map(({ flag }) => flag);
    expect(flags).toEqual(Object.keys(SETTINGS).filter((flag) => flag !== "config"));
    expect(Object.keys(VALUES).sort()).toEqual([...SETTING_MEMBERS.keys()].sort());
  });

  it("takes the file of the README", () => {
    const [, example = ""] = /```json\n([^]*?)```/.exec(readFileSync(README, "utf8")) ?? [];
    expect(validate(JSON.parse(example))).toBe(true);
    const environment = { CLIENTS_URL: "postgres://user:password@127.0.0.1/db" };
    const settings = parseSettings({ config: fileOf(JSON.parse(example)) }, environment);
    expect(settings).toMatchObject({ quota: 50, database: environment.CLIENTS_URL });
  });

  it("takes the tiers and templates of the README", () => {
    const [, example = ""] = /```json\n([^`]*"tiers"[^]*?)```/.exec(readFileSync(README, "utf8")) ?? [];
    expect(validate(JSON.parse(example))).toBe(true);
    const { trust, scopes } = parseSettings({ config: fileOf(JSON.parse(example)) }, {});
    expect(scopes).toEqual(expect.arrayContaining([...(trust?.scopes.keys() ?? ["none"])]));
  });

  const cases = Object.entries(VALUES).flatMap(([member, { good, bad }]) => [
    ...good.map((value) => [member, value, true] as const),
    ...bad.map((value) => [member, value, false] as const),
  ]);
  it.each(cases)("says of %s: %j what the server says: %j", (member, value, isGood) => {
    const config = { [member]: value };
    expect(validate(config)).toBe(isGood);
    expect(isRead(config)).toBe(isGood);
  });

  it.each([[[]], [null], ["x"], [{ rate_limit: "1/1" }], [{ $schema: 1 }], [{ "rate-limit": "1/1" }]])(
    "refuses %j, as the server does",
    (config) => {
      expect(validate(config)).toBe(false);
      expect(isRead(config)).toBe(false);
    },
  );

  const TRUST = {
    tiers: {
      unknown: {
        scopes: ["tools:read"],
        policies: ["require_consent", "hold_for_approval"],
        quotas: { total: 5 },
      },
      first_party: { unusedTtl: "off", idleTtl: "30d" },
    },
    templates: [
      { name: "partners", match: { source: "initial_access_token" }, tier: "approved", scopes: [] },
    ],
  };
  it("takes tiers and templates, and knows their times", () => {
    expect([validate(TRUST), isRead(TRUST)]).toEqual([true, true]);
    const { trust } = parseSettings({ config: fileOf(TRUST) }, {});
    expect([...(trust?.scopes.keys() ?? [])]).toEqual(["tools:read"]);
    expect(trust?.lifecycles).toContainEqual({ idleTtlSeconds: 2_592_000 });
  });

  it.each([
    [{ tiers: [] }],
    [{ tiers: { root: {} } }],
    [{ tiers: { unknown: { scope: ["a"] } } }],
    [{ tiers: { unknown: { policies: ["limit_scopes"] } } }],
    [{ tiers: { unknown: { quotas: { total: 0 } } } }],
    [{ tiers: { unknown: { idleTtl: 5 } } }],
    [{ templates: {} }],
    [{ templates: [{ name: "a" }] }],
    [{ templates: [{ name: "a", match: { softwareId: "x" } }] }],
    [{ templates: [{ name: "a", match: {}, tier: "root" }] }],
  ])("refuses %j", (config) => {
    expect([validate(config), isRead(config)]).toEqual([false, false]);
  });

  it.each([
    [
      { templates: [{ name: "a", match: { source: "open" }, tier: "approved" }] },
      "templates[0].match.source must be one of initial_access_token, operator",
    ],
    [{ templates: [{ name: "A b", match: {} }] }, "templates[0].name"],
  ])("names the file for what no schema can say: %j", (config, message) => {
    const file = fileOf(config);
    expect(() => parseSettings({ config: file }, {})).toThrow(`${file}: `);
    expect(() => parseSettings({ config: file }, {})).toThrow(message);
  });

  it("takes its own address", () => {
    const config = { $schema: "./node_modules/@oauth-dcr/server/config.schema.json" };
    expect([validate(config), isRead(config)]).toEqual([true, true]);
  });

  const goodValues = cases.filter(([, , isGood]) => isGood);
  it.each(goodValues)("lets nothing through that the setting itself refuses: %s: %j", (member, value) => {
    const file = fileOf({ ...BESIDE[member], [member]: value });
    const environment = member === "database" ? { SET: "memory:" } : ENVIRONMENT;
    expect(() => parseSettings({ config: file }, environment)).not.toThrow();
  });
});
