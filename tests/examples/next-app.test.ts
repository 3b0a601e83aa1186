import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { conformance } from "@oauth-dcr/conformance";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, written } from "../adapters/support/child.js";
import { startChromium, type Browser } from "../support/chromium.js";
import { describeUnless, missing } from "../support/services.js";

const APP = join(import.meta.dirname, "../../examples/next-app");
const NEXT = createRequire(join(APP, "package.json")).resolve("next/dist/bin/next");
const HOSTILE = "<script>document.title = 'owned'</script>";

let folder: string;
let child: ChildProcess;
let origin: string;

/** The two commands of the example's `start` script, on a free port. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oauth-dcr-next-"));
  const env = {
    ...process.env,
    // Vitest's own would make Next.js build for development.
    NODE_ENV: "production" as const,
    NEXT_TELEMETRY_DISABLED: "1",
    CLIENTS_DATABASE: join(folder, "clients.sqlite"),
  };
  await promisify(execFile)(process.execPath, [NEXT, "build"], { cwd: APP, env });
  child = spawn(process.execPath, [NEXT, "start", "--hostname", "127.0.0.1", "--port", "0"], {
    cwd: APP,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  origin = await written(child, child.stdout!, /(http:\/\/127\.0\.0\.1:\d+)[^]*Ready/);
});
afterAll(async () => {
  await ended(child);
  await rm(folder, { recursive: true, force: true });
});

async function register(body: object): Promise<string> {
  const response = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token_endpoint_auth_method: "none", ...body }),
  });
  expect(response.status).toBe(201);
  const { client_id: clientId } = (await response.json()) as { client_id: string };
  return clientId;
}

const noChromium = await missing("chromium");

describe("examples/next-app", () => {
  it("registers, and publishes where", async () => {
    const discovery = await fetch(`${origin}/.well-known/oauth-authorization-server`);
    expect(await discovery.json()).toMatchObject({ registration_endpoint: `${origin}/register` });
    const body = { client_name: "One", redirect_uris: ["http://127.0.0.1:1/callback"] };
    const clientId = await register(body);
    expect(await register(body)).toBe(clientId);
    const refused = await fetch(`${origin}/register`, { method: "POST", body: "{}" });
    expect(refused.status).toBe(415);
  });

  it("passes the conformance checks", async () => {
    const report = await conformance(origin);
    expect(report.results.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(report.counts.passed).toBeGreaterThan(70);
    expect(report.stopped).toBeUndefined();
  });

  describeUnless(noChromium, "in Chromium", () => {
    let browser: Browser;
    let page: Page;
    let requested: string[];
    beforeAll(async () => {
      browser = await startChromium();
      page = await browser.open("about:blank");
      requested = [];
      page.on("request", (request) => requested.push(request.url()));
    });
    afterAll(() => browser.close());

    it("lists what each client asserts as text, and loads nothing of it", async () => {
      const clientId = await register({
        client_name: HOSTILE,
        client_uri: "https://client.example/",
        logo_uri: "https://client.example/logo.png",
        redirect_uris: ["https://client.example/callback"],
      });
      const claude = await register({ client_name: "Claude", redirect_uris: ["https://other.example/cb"] });
      await page.goto(origin);
      const article = page.locator(`[id="${clientId}"]`);
      expect(await article.locator("dd").allTextContents()).toEqual(
        expect.arrayContaining([HOSTILE, "https://client.example/logo.png"]),
      );
      expect(await article.locator("dt").allTextContents()).toContain("client_name (self-asserted)");
      expect(await article.locator("li").allTextContents()).toEqual(["https://client.example/callback"]);
      expect(await article.locator("img, a, script").count()).toBe(0);
      expect(await page.title()).toBe("Registered clients");
      expect(await page.locator(`[id="${claude}"] [role=alert]`).allTextContents()).toEqual([
        expect.stringContaining("looks like that of a well-known app"),
      ]);
      expect(requested.filter((url) => !url.startsWith(origin))).toEqual([]);
    });

    it("shows a client that registered since when it is loaded again", async () => {
      const before = await page.locator("article").count();
      await register({ client_name: "Later", redirect_uris: ["https://later.example/callback"] });
      await page.reload();
      expect(await page.locator("article").count()).toBe(before + 1);
    });
  });
});
