import { createServer } from "node:http";
import { toNodeHandler } from "@oauth-dcr/node";
import { pool, registration, storeClient, sweeping } from "./lifecycle.js";

const server = createServer(toNodeHandler(registration)).listen(3000);

/** Each step needs what the next ones let go of. */
async function shutDown(): Promise<void> {
  const tooLate = setTimeout(() => server.closeAllConnections(), 4_000); // a body that never comes keeps nobody
  await new Promise((resolve) => server.close(resolve)); // takes no more requests, and finishes what it has begun
  clearTimeout(tooLate);
  await sweeping.stop(); // a sweep under way ends, and its events are at the sink
  await registration.auditDelivery.flush(); // before the pool ends, as the log may be in the same database
  await pool.end();
  storeClient.disconnect();
}
process.once("SIGTERM", () => void shutDown());
