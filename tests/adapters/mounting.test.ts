import type { HttpTarget } from "@oauth-dcr/contract-tests";
import { toHonoHandler } from "@oauth-dcr/hono";
import { toNodeHandler } from "@oauth-dcr/node";
import express from "express";
import { Hono } from "hono";
import { mount } from "hono/mount";
import { describe, expect, it } from "vitest";
import { openServer } from "./support/open-server.js";
import { listening } from "./support/targets.js";

const UNDER_OAUTH = { registrationEndpoint: "https://as.example/oauth/register" };

async function statusOf(target: Pick<HttpTarget, "fetch">, path: string): Promise<number> {
  const { status } = await target.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ redirect_uris: ["https://app.example/callback"] }),
  });
  return status;
}

const honoTarget = (app: Pick<Hono, "request">): Pick<HttpTarget, "fetch"> => ({
  fetch: async (path, init) => app.request(path, init),
});

describe("mounted below a prefix", () => {
  it.each(["/oauth", "/oauth/register"])("in Express, with app.use(%s)", async (mountPath) => {
    const target = await listening(express().use(mountPath, toNodeHandler(openServer(UNDER_OAUTH))));
    expect(await statusOf(target, "/oauth/register")).toBe(201);
    expect(await statusOf(target, "/oauth/register?from=elsewhere")).toBe(201);
    expect(await statusOf(target, "/oauth/registe")).toBe(404);
    await target.close();
  });

  it("in an Express router of a router", async () => {
    const inner = express.Router().post("/register", toNodeHandler(openServer(UNDER_OAUTH)));
    const target = await listening(express().use("/oauth", inner));
    expect(await statusOf(target, "/oauth/register")).toBe(201);
    await target.close();
  });

  it("in Hono, with mount(), which takes the prefix off", async () => {
    const inner = new Hono().all("*", toHonoHandler(openServer(UNDER_OAUTH)));
    const target = honoTarget(new Hono().all("/oauth/*", mount(inner.fetch)));
    expect(await statusOf(target, "/oauth/register")).toBe(201);
  });

  it("in Hono, with app.route, which leaves it", async () => {
    const inner = new Hono().all("/register", toHonoHandler(openServer(UNDER_OAUTH)));
    const target = honoTarget(new Hono().route("/oauth", inner));
    expect(await statusOf(target, "/oauth/register")).toBe(201);
  });

  it("behind a proxy that takes the prefix off", async () => {
    const target = await listening(
      toNodeHandler(openServer({ registrationEndpoint: "https://as.example/auth/register" })),
    );
    expect(await statusOf(target, "/register")).toBe(201);
    expect(await statusOf(target, "/other/register")).toBe(404);
    await target.close();
  });
});

it("an issuer with a path has its document between host and path", async () => {
  const target = await listening(toNodeHandler(openServer({ issuer: "https://as.example/tenant" })));
  const document = await target.fetch("/.well-known/oauth-authorization-server/tenant", {});
  expect(await document.json()).toMatchObject({
    issuer: "https://as.example/tenant",
    registration_endpoint: "https://as.example/tenant/register",
  });
  expect(await statusOf(target, "/tenant/register")).toBe(201);
  expect((await target.fetch("/.well-known/oauth-authorization-server", {})).status).toBe(404);
  await target.close();
});

describe("behind a middleware of Hono", () => {
  it("that read a body which is no JSON", async () => {
    const app = new Hono()
      .use(async (c, next) => {
        await c.req.text();
        await next();
      })
      .all("*", toHonoHandler(openServer()));
    const headers = { "content-type": "application/json" };
    const response = await app.request("/register", { method: "POST", headers, body: "{" });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: "invalid_client_metadata" });
  });

  it("that used the body up behind Hono's back", async () => {
    const app = new Hono()
      .use(async (c, next) => {
        await c.req.raw.text();
        await next();
      })
      .all("*", toHonoHandler(openServer()));
    expect(await statusOf(honoTarget(app), "/register")).toBe(400);
  });

  it("that keeps work alive behind the answer", async () => {
    const kept: Promise<unknown>[] = [];
    const { fetch } = openServer();
    const app = new Hono().all(
      "*",
      toHonoHandler({
        fetch: (request, context) => {
          context?.waitUntil?.(Promise.resolve());
          return fetch(request, context);
        },
      }),
    );
    const executionCtx = {
      waitUntil: (work: Promise<unknown>) => void kept.push(work),
      passThroughOnException: () => undefined,
      props: {},
    };
    await app.request("/register", { method: "POST" }, {}, executionCtx);
    expect(kept).toHaveLength(1);
  });
});
