import { serve } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo"; // each runtime has its own module
import { toHonoHandler } from "@oauth-dcr/hono";
import { Hono } from "hono";
import { registration } from "./registration.js";

const app = new Hono();
const handler = toHonoHandler(registration, { getConnInfo });
app.all("/register", handler);
app.all("/.well-known/oauth-authorization-server", handler);
serve(app);
