import { getRequestListener } from "@hono/node-server";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { ClientRegistration } from "@oauth-dcr/core";
import { toHonoHandler } from "@oauth-dcr/hono";
import type { HttpTarget } from "@oauth-dcr/contract-tests";
import { Hono } from "hono";
import { listening } from "./support/targets.js";
import { through } from "./support/through.js";

// In a file of its own, since this server replaces the process's Request and Response.

async function serve(app: Pick<Hono, "fetch">): Promise<HttpTarget> {
  const listener = getRequestListener(app.fetch);
  const target = await listening((req, res) => void listener(req, res));
  return {
    ...target,
    // After an answer that came before the end of the body, this server closes the connection half a second later.
    fetch: (path, init) => {
      const headers = new Headers(init.headers);
      headers.set("connection", "close");
      return target.fetch(path, { ...init, headers });
    },
  };
}

const handlerOf = (registration: ClientRegistration) => toHonoHandler(registration, { getConnInfo });

through("Hono on Node.js", (registration) => serve(new Hono().all("*", handlerOf(registration))));

through(
  "Hono on Node.js, behind a middleware that reads the body",
  (registration) =>
    serve(
      new Hono()
        .use(async (c, next) => {
          // Whether it could make sense of it or not.
          await c.req.json().catch(() => undefined);
          await next();
        })
        .all("*", handlerOf(registration)),
    ),
  { body: "parsed" },
);
