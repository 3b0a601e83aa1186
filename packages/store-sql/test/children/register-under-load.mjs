// Registers clients without end, and writes each one to its output, as a line of JSON, once it is acknowledged.
// node register-under-load.mjs <file> <name>
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const AT_ONCE = 16;
const [file, name] = process.argv.slice(2);
const registration = createClientRegistration({
  ...mcpPreset({
    issuer: "https://as.example",
    authorization_endpoint: "https://as.example/authorize",
    token_endpoint: "https://as.example/token",
    registration_endpoint: "https://as.example/register",
  }),
  idempotentRegistration: false,
  quotas: {},
  access: openRegistration({ dangerouslyUnlimited: true }),
  // Patient, because the process beside this one may be killed at any moment while it holds the lock.
  store: openSqliteStore(new Database(file), { openTimeoutSeconds: 60, lockTimeoutSeconds: 60 }),
  audit: () => undefined,
});

let number = 0;

async function registerWithoutEnd() {
  for (;;) {
    number += 1;
    const clientName = `${name} クライアント ${number}${"x".repeat((number % 7) ** 3)}`;
    const result = await registration.registerClient({
      redirect_uris: [
        `http://localhost:${1024 + number}/callback`,
        "cursor://anysphere.cursor-mcp/oauth/callback",
      ],
      token_endpoint_auth_method: number % 2 === 0 ? "none" : "client_secret_basic",
      client_name: clientName,
    });
    if (!result.ok) throw new Error(JSON.stringify(result.error), { cause: result.error.cause });
    const { client } = result.value;
    if (client.metadata.client_name !== clientName) throw new Error("not what was sent");
    process.stdout.write(`${JSON.stringify(client)};\n`);
  }
}

for (let worker = 0; worker < AT_ONCE; worker += 1) void registerWithoutEnd();
