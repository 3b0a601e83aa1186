import { createServer } from "node:http";
import { createClientRegistration, tokenGatedPreset } from "@oauth-dcr/core";
import { toNodeHandler } from "@oauth-dcr/node";
import { openAuditedSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";

const store = openAuditedSqliteStore(new Database("clients.sqlite"));
export const registration = createClientRegistration({
  ...tokenGatedPreset({ issuer: "https://as.example" }),
  store,
  audit: store.auditLog.record,
});
const server = createServer(toNodeHandler(registration)).listen(3000);

/** Each step needs what the next step closes. */
export async function close(): Promise<void> {
  await new Promise((resolve) => server.close(resolve)); // accepts no more requests, and answers those under way
  await registration.auditDelivery.flush(); // the events that belong to no change
  store.close(); // closes the log too: both are in one file
}
