import {
  createClientRegistration,
  mcpPreset,
  openRegistration,
  type ClientRegistration,
  type CorsOrigins,
} from "@oauth-dcr/core";
import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
import { toNodeHandler } from "@oauth-dcr/node";
import { createServer, type RequestListener } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { overHttp, type Listening } from "../adapters/support/targets.js";
import corpus from "../corpus/client-registrations.json" with { type: "json" };
import { CASE_NAMES } from "./cases.js";
import type { Report } from "./report.js";
import { bundledScript } from "./support/bundle.js";
import { startChromium, type Browser } from "../support/chromium.js";
import { describeUnless, missing } from "../support/services.js";

const INSPECTOR = corpus.bodies.find(({ client }) => client === "MCP Inspector")!.body;
const REFUSED_BY_THE_BROWSER = "TypeError: Failed to fetch";

describeUnless(await missing("chromium"), "Chromium", () => {
  let browser: Browser;
  let pages: Listening;
  let page: Page;
  const originOf = ({ port }: Listening): string => `http://127.0.0.1:${port}`;

  beforeAll(async () => {
    const script = await bundledScript(["browser"]);
    pages = await overHttp(
      createServer((req, res) => {
        const isScript = req.url === "/report.js";
        res.setHeader("content-type", isScript ? "text/javascript" : "text/html; charset=utf-8");
        res.end(isScript ? script : '<!doctype html><title>A client</title><link rel="icon" href="data:,">');
      }),
    );
    browser = await startChromium();
    page = await browser.open(originOf(pages));
  });
  afterAll(async () => {
    await browser.close();
    await pages.close();
  });

  it("runs the case list", async () => {
    await page.addScriptTag({ url: "/report.js" });
    const { runtime, results } = await page.evaluate<Report>("report()");
    expect(runtime).toMatch(/ HeadlessChrome\//);
    expect(results).toEqual(CASE_NAMES.map((name) => ({ name, ok: true })));
    console.log(`Chromium: ${browser.version}, ${results.length} cases`);
  });

  describe("a page like MCP Inspector's, on an origin of its own", () => {
    it("reads the discovery document, registers behind a preflight, and reads its client_id", async () => {
      await using server = await serve("*");
      const answer = await page.evaluate(register, { issuer: server.issuer, body: INSPECTOR });
      expect(answer).toMatchObject({ status: 201, body: { client_id: expect.any(String) as string } });
      expect(server.requests).toEqual([
        // Its header of the protocol's version makes a preflight of the discovery too.
        "OPTIONS /.well-known/oauth-authorization-server",
        "GET /.well-known/oauth-authorization-server",
        "OPTIONS /register",
        "POST /register",
      ]);
      expect(await server.clients()).toBe(1);
    });

    it("may where its origin is listed", async () => {
      await using server = await serve(["https://console.example", originOf(pages)]);
      expect(await page.evaluate(register, { issuer: server.issuer, body: INSPECTOR })).toMatchObject({
        status: 201,
      });
    });

    it.each<[string, CorsOrigins]>([
      ["CORS is off", []],
      ["another origin is listed", ["https://console.example"]],
    ])("cannot where %s: the browser asks, and sends no registration", async (_, corsOrigins) => {
      await using server = await serve(corsOrigins);
      expect(await page.evaluate(register, { issuer: server.issuer, body: INSPECTOR })).toBe(
        REFUSED_BY_THE_BROWSER,
      );
      expect(await page.evaluate(post, { issuer: server.issuer, body: INSPECTOR })).toBe(
        REFUSED_BY_THE_BROWSER,
      );
      expect(server.requests).toEqual([
        "OPTIONS /.well-known/oauth-authorization-server",
        "OPTIONS /register",
      ]);
      expect(await server.clients()).toBe(0);
    });

    it("registers nothing by a request that needs no preflight", async () => {
      await using server = await serve([]);
      const sent = { issuer: server.issuer, body: INSPECTOR, contentType: "text/plain" };
      expect(await page.evaluate(post, sent)).toBe(REFUSED_BY_THE_BROWSER);
      expect(server.requests).toEqual(["POST /register"]);
      expect(await server.clients()).toBe(0);
    });

    it("reads why it is refused, and when to come again", async () => {
      await using server = await serve("*", 2);
      const sent = { issuer: server.issuer, body: INSPECTOR };
      expect(await page.evaluate(post, { ...sent, authorization: "Bearer nonsense" })).toMatchObject({
        status: 401,
        body: { error: "invalid_token" },
        headers: { "www-authenticate": 'Bearer realm="client-registration", error="invalid_token"' },
      });
      expect(await page.evaluate(post, sent)).toMatchObject({ status: 201 });
      expect(await page.evaluate(post, sent)).toMatchObject({
        status: 429,
        body: { error: "too_many_requests" },
        headers: {
          "retry-after": expect.stringMatching(/^[1-9]\d*$/) as string,
          ratelimit: expect.stringMatching(/^"registration";r=0;/) as string,
          "ratelimit-policy": expect.stringMatching(/^"registration";q=2;/) as string,
        },
      });
    });

    it("reads, changes and deletes its client", async () => {
      await using server = await serve("*");
      const { body } = (await page.evaluate(register, { issuer: server.issuer, body: INSPECTOR })) as Answer;
      expect(await page.evaluate(manage, body)).toEqual([200, "Renamed by its page", 204]);
      expect(await server.clients()).toBe(0);
    });
  });
});

interface TestRegistration extends AsyncDisposable {
  readonly issuer: string;
  /** Method and path of each request, preflights too. */
  readonly requests: readonly string[];
  readonly clients: () => Promise<number>;
}

async function serve(corsOrigins: CorsOrigins, limit = 100): Promise<TestRegistration> {
  const requests: string[] = [];
  let handler: RequestListener = (_, res) => void res.end();
  const listening = await overHttp(
    createServer((req, res) => {
      requests.push(`${req.method} ${req.url}`);
      handler(req, res);
    }),
  );
  const issuer = `http://127.0.0.1:${listening.port}`;
  const registration: ClientRegistration = createClientRegistration({
    ...mcpPreset({ issuer, scopes_supported: ["files:read"] }),
    idempotentRegistration: false,
    access: openRegistration({
      rateLimiter: memoryRateLimiter({ limit, windowSeconds: 3600 }),
      acceptInitialAccessTokens: true,
    }),
    clientManagement: { revokeTokens: () => undefined },
    store: memoryStore(),
    audit: () => undefined,
    corsOrigins,
  });
  handler = toNodeHandler(registration);
  return {
    issuer,
    requests,
    clients: async () => (await registration.countClients()).pending,
    [Symbol.asyncDispose]: () => listening.close(),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Record<string, string>;
}

interface Sent {
  readonly issuer: string;
  readonly body: object;
  readonly contentType?: string;
  readonly authorization?: string;
}

// What follows runs in the page, and so may use nothing from outside itself.

/** As MCP clients do: discovery first, then a registration where that says. */
async function register({ issuer, body }: Sent): Promise<Answer | string> {
  try {
    const discovered = await fetch(`${issuer}/.well-known/oauth-authorization-server`, {
      headers: { "MCP-Protocol-Version": "2025-11-25" },
    });
    const { registration_endpoint } = (await discovered.json()) as { registration_endpoint: string };
    const response = await fetch(registration_endpoint, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as Record<string, string>,
    };
  } catch (error) {
    return String(error);
  }
}

async function post({
  issuer,
  body,
  contentType = "application/json",
  authorization,
}: Sent): Promise<Answer | string> {
  try {
    const response = await fetch(`${issuer}/register`, {
      method: "POST",
      headers: { "content-type": contentType, ...(authorization && { authorization }) },
      body: JSON.stringify(body),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: (await response.json()) as Record<string, string>,
    };
  } catch (error) {
    return String(error);
  }
}

async function manage(client: Record<string, string>): Promise<readonly [number, string, number]> {
  const {
    registration_client_uri: uri = "",
    registration_access_token: token,
    client_secret_expires_at: _1,
    client_id_issued_at: _2,
    ...metadata
  } = client;
  const read = await fetch(uri, { headers: { authorization: `Bearer ${token}` } });
  const updated = await fetch(uri, {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ ...metadata, client_name: "Renamed by its page" }),
  });
  const now = (await updated.json()) as Record<string, string>;
  const deleted = await fetch(uri, {
    method: "DELETE",
    headers: { authorization: `Bearer ${now["registration_access_token"]}` },
  });
  return [read.status, now["client_name"] ?? "", deleted.status];
}
