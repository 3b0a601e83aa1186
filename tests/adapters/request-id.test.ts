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
  const registration = recorder();
  const told: NodeHandlerOptions = { requestId: (req) => req.headers["x-request-id"]?.toString() };
  for (const options of [{}, told]) {
    const target = await listening(toNodeHandler(registration, options));
    await target.fetch("/register", { headers });
    await target.close();
  }
  expect(registration.ids).toEqual([undefined, "proxy-7"]);
});

it("toHonoHandler takes the id of the middleware", async () => {
  const registration = recorder();
  const app = new Hono<{ Variables: { requestId: string } }>().use(requestId());
  app.all("/silent", toHonoHandler(registration));
  app.all("/register", toHonoHandler(registration, { requestId: (c) => c.get("requestId") }));
  await app.request("/silent", { headers });
  await app.request("/register", { headers });
  expect(registration.ids).toEqual([undefined, "proxy-7"]);
});

it("toRouteHandlers takes the id that a function finds in the request", async () => {
  const registration = recorder();
  const request = new Request("https://as.example/register", { headers });
  await toRouteHandlers(registration).GET(request);
  await toRouteHandlers(registration, {
    requestId: (given) => given.headers.get("x-request-id") ?? undefined,
  }).GET(request);
  expect(registration.ids).toEqual([undefined, "proxy-7"]);
});
