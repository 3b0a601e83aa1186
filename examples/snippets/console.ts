import { createConsole } from "@oauth-dcr/console";
import { createClientRegistration, mcpPreset, protectedRegistration } from "@oauth-dcr/core";
import { clientAdministration } from "@oauth-dcr/core/administration";
import { openAuditedSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

declare function revokeTokensOf(clientId: string): Promise<void>;

const store = openAuditedSqliteStore(new Database("clients.sqlite"));
const options = {
  ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["tools:read"] }),
  access: protectedRegistration(),
  store,
  audit: store.auditLog.record,
};
export const operators = createConsole({
  origin: "http://127.0.0.1:8788",
  registration: createClientRegistration(options),
  clients: clientAdministration(options, {
    revokeTokens: ({ clientId }) => revokeTokensOf(clientId),
    readHistory: store.auditLog.readClientHistory,
  }),
  auditLog: store.auditLog,
  consents: store.consents,
});
console.log(operators.signInLink());
