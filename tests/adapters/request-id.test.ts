import type { FetchHandler } from "@oauth-dcr/core/http";
import { toHonoHandler } from "@oauth-dcr/hono";
import { toRouteHandlers } from "@oauth-dcr/next";
import { toNodeHandler, type NodeHandlerOptions } from "@oauth-dcr/node";
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import { expect, it } from "vitest";
import { listening } from "./support/targets.js";

/** Keeps the request ids that an adapter answered. */
function recorder() {
  const ids: (string | undefined)[] = [];
  const fetch: FetchHandler = (_, context) => {
    ids.push(context?.requestId);
    return Promise.resolve(new Response(null, { status: 204 }));
  };
  return { ids, fetch };
}

const headers = { "x-request-id": "proxy-7" };

it("toNodeHandler reads no header for the request's id unless it is told to", async () => {
  const desk = recorder();
  const told: NodeHandlerOptions = { requestId: (req) => req.headers["x-request-id"]?.toString() };
  for (const options of [{}, told]) {
    const target = await listening(toNodeHandler(desk, options));
    await target.fetch("/register", { headers });
    await target.close();
  }
  expect(desk.ids).toEqual([undefined, "proxy-7"]);
});

it("toHonoHandler takes the id of the middleware", async () => {
  const desk = recorder();
  const app = new Hono<{ Variables: { requestId: string } }>().use(requestId());
  app.all("/silent", toHonoHandler(desk));
  app.all("/register", toHonoHandler(desk, { requestId: (c) => c.get("requestId") }));
  await app.request("/silent", { headers });
  await app.request("/register", { headers });
  expect(desk.ids).toEqual([undefined, "proxy-7"]);
});

it("toRouteHandlers takes the id that a function finds in the request", async () => {
  const desk = recorder();
  const request = new Request("https://as.example/register", { headers });
  await toRouteHandlers(desk).GET(request);
  await toRouteHandlers(desk, { requestId: (given) => given.headers.get("x-request-id") ?? undefined }).GET(
    request,
  );
  expect(desk.ids).toEqual([undefined, "proxy-7"]);
});
