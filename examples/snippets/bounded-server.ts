import { createServer } from "node:http";
import { toNodeHandler } from "@oauth-dcr/node";
import { registration } from "./registration.js";

const server = createServer({
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000, // how often Node.js checks the first two
});
server.setTimeout(30_000); // a client that does not read its answer
server.maxConnections = 1_000; // less than half of the process's file descriptors
server.on("request", toNodeHandler(registration)).listen(3000);
