// What a day of a hosted client and a year of logins leave in the table: rows after 10,000 registrations of one body, and
// of one body with a random loopback port each, with and without idempotent registration. On SQLite, in this process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const REGISTRATIONS = Number(process.argv[2] ?? 10_000);
const AT_ONCE = 100;
const BODIES = {
  "one body": () => ({ redirect_uris: ["https://chat.example/callback"], client_name: "Chat" }),
  "random loopback ports": () => ({
    redirect_uris: [`http://127.0.0.1:${1024 + Math.floor(Math.random() * 60_000)}/callback`],
    client_name: "Editor",
  }),
};

const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-growth-"));
for (const [name, body] of Object.entries(BODIES)) {
  for (const idempotentRegistration of [true, false]) {
    const store = openSqliteStore(new Database(join(directory, `${name}-${idempotentRegistration}`)));
    const registration = createClientRegistration({
      ...mcpPreset({ issuer: "https://as.example" }),
      idempotentRegistration,
      ...{ lifecycle: {}, quotas: {} },
      access: openRegistration({ dangerouslyUnlimited: true }),
      store,
      audit: () => undefined,
    });
    const start = performance.now();
    for (let done = 0; done < REGISTRATIONS; done += AT_ONCE) {
      const metadata = () => ({ ...body(), token_endpoint_auth_method: "none" });
      const results = await Promise.all(
        Array.from({ length: AT_ONCE }, () => registration.registerClient(metadata())),
      );
      if (!results.every(({ ok }) => ok)) throw new Error("refused");
    }
    const rate = Math.round((REGISTRATIONS / (performance.now() - start)) * 1000);
    const { pending } = await registration.countClients();
    console.log(
      `${REGISTRATIONS} registrations of ${name}, idempotent ${idempotentRegistration ? "on" : "off"}: ` +
        `${pending} rows (${rate} registrations/s)`,
    );
    store.close();
  }
}
rmSync(directory, { recursive: true });
