import { toNodeHandler } from "@oauth-dcr/node";
import express from "express";
import { registration } from "./registration.js";

const app = express();
const handler = toNodeHandler(registration); // also for createServer(handler) of node:http
app.all("/register", handler);
app.all("/.well-known/oauth-authorization-server", handler);
app.listen(3000);
