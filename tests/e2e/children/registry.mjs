/*
 * An authorization server in a process of its own, on a PostgreSQL schema: registers over HTTP, and says by `/find` whether it
 * would go on with a client_id. Documents are asked for at a server of the test's.
 */
import { createServer } from "node:http";
import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
import { clientIdMetadataDocuments } from "@oauth-dcr/core/client-id-metadata-document";
import { guardedFetch } from "@oauth-dcr/core/guarded-fetch";
import { toNodeHandler } from "@oauth-dcr/node";
import { openAuditedPostgresStore } from "@oauth-dcr/store-sql";
import pg from "pg";

const [url, schema, documents] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 4 });
pool.on("error", () => process.exit(1));
const store = await openAuditedPostgresStore(pool, { schema });
const registration = createClientRegistration({
  ...mcpPreset({
    issuer: "https://as.example",
    scopes_supported: ["read"],
    grant_types_supported: ["authorization_code", "refresh_token", "client_credentials"],
    token_endpoint_auth_methods_supported: ["none", "client_secret_basic"],
  }),
  access: openRegistration({ dangerouslyUnlimited: true }),
  clientIdMetadataDocuments: clientIdMetadataDocuments({
    guardedFetch: guardedFetch({
      connection: async ({ url: { pathname } }) => fetch(`${documents}${pathname}`),
    }),
  }),
  store,
  audit: store.auditLog.record,
});
const endpoints = toNodeHandler(registration);

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname !== "/find") endpoints(request, response);
  else void find(searchParams).then((answer) => response.end(JSON.stringify(answer)));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.once("SIGTERM", () => {
  server.closeAllConnections();
  server.close(() => void registration.auditDelivery.flush().then(() => pool.end()));
});

/** With `use`, as after a token was issued. */
async function find(parameters) {
  const found = await registration.findClient(parameters.get("client_id"));
  if (!found.ok) return { kind: found.error.kind };
  const { status, version, administration, origin, requirements } = found.value;
  const use = parameters.has("use") ? await registration.recordClientUse(found.value) : undefined;
  return { status, version, administration, source: origin.source, requirements, use };
}
