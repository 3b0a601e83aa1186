import { createServer } from "node:http";
import { toNodeHandler } from "@oauth-dcr/node";
import { pool, registration, storeClient, sweeping } from "./lifecycle.js";

const server = createServer(toNodeHandler(registration)).listen(3000);

/** Each step needs what the later steps close. */
async function shutDown(): Promise<void> {
  const tooLate = setTimeout(() => server.closeAllConnections(), 4_000); // a body that never arrives must not delay the exit
  await new Promise((resolve) => server.close(resolve)); // accepts no more requests, and answers those under way
  clearTimeout(tooLate);
  await sweeping.stop(); // waits for the sweep under way
  await registration.auditDelivery.flush(); // the log may be in the database of the pool
  await pool.end();
  storeClient.disconnect();
}
process.once("SIGTERM", () => void shutDown());
