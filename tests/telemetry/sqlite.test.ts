import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditSinks, createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import {
  openTelemetryLogs,
  openTelemetryMetrics,
  tracedRegistration,
  tracedStore,
} from "@oauth-dcr/core/opentelemetry";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import { afterAll, beforeAll, expect, it } from "vitest";
import { said, watched } from "../../packages/core/test/opentelemetry/watched.js";

const { telemetry, logger, ended, records, counts, exported } = watched();

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "oauth-dcr-telemetry-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const REGISTER = "https://as.example/register";

function sqliteRegistration(file: string) {
  const store = openSqliteStore(new Database(file), { lockTimeoutSeconds: 0 });
  const server = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["read"] }),
    idempotentRegistration: false,
    access: openRegistration({ dangerouslyUnlimited: true }),
    store: tracedStore(store, telemetry),
    audit: auditSinks(openTelemetryMetrics(telemetry.meter), openTelemetryLogs(logger)),
    onError: () => undefined,
  });
  const registration = tracedRegistration(server, telemetry);
  const register = async (client_name: string): Promise<number> => {
    const body = JSON.stringify({ client_name, redirect_uris: ["https://app.example/callback"] });
    const headers = { "content-type": "application/json" };
    const { status } = await registration.fetch(new Request(REGISTER, { method: "POST", headers, body }));
    return status;
  };
  return { store, register };
}

it("of registrations that share a transaction, each has its own store span and record inside its own span", async () => {
  const { store, register } = sqliteRegistration(join(folder, "together.sqlite"));
  const statuses = await Promise.all(Array.from({ length: 50 }, (_, index) => register(`Client ${index}`)));
  expect(new Set(statuses)).toEqual(new Set([201]));
  const spans = ended();
  const idsOf = (name: string) =>
    spans.filter((span) => span.name === name).map((span) => span.spanContext().spanId);
  const requests = idsOf("oauth_dcr.registration POST").sort();
  expect(new Set(requests).size).toBe(50);
  const stored = spans.filter(({ name }) => name === "oauth_dcr.store.createClient");
  expect(stored.map(({ parentSpanContext }) => parentSpanContext!.spanId).sort()).toEqual(requests);
  expect(
    records()
      .map(({ spanContext }) => spanContext!.spanId)
      .sort(),
  ).toEqual(requests);
  const attributes = { "oauth_dcr.event.type": "client_registered", "oauth_dcr.source": "open" };
  expect((await counts()).find((point) => point.value === 50)?.attributes).toEqual(attributes);
  store.close();
});

it("a database that is locked is an error of SQLite's code, in the store's span and no words of it", async () => {
  const file = join(folder, "locked.sqlite");
  const { store, register } = sqliteRegistration(file);
  const other = new Database(file);
  other.exec("BEGIN IMMEDIATE");
  ended();
  expect(await register("Hunter")).toBe(503);
  other.exec("ROLLBACK");
  other.close();
  store.close();
  const text = await exported();
  expect(ended().map(said)).toEqual([
    ["oauth_dcr.store.createClient", { "error.type": "SQLITE_BUSY" }, { code: 2 }],
    [
      "oauth_dcr.registration POST",
      { "http.request.method": "POST", "http.response.status_code": 503, "error.type": "503" },
      { code: 2 },
    ],
  ]);
  const record = records().at(-1)!;
  expect([record.severityText, record.attributes["error.type"]]).toEqual(["ERROR", "store_unavailable"]);
  for (const words of ["Hunter", "is locked", folder]) expect(text).not.toContain(words);
});
