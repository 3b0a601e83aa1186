import { afterAll, afterEach, describe, expect, it } from "vitest";
import { axeViolations } from "../support/axe.js";
import { startChromium, type Browser } from "../support/chromium.js";
import { startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { describeUnless, missing } from "../support/services.js";

let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.end();
  server = undefined;
});

async function start(...flags: string[]): Promise<string> {
  server = await startServer(["--database", "memory:", ...flags]);
  return server.origin;
}

describe("the page at /", () => {
  it("shows the endpoints of the issuer and a command that registers a client", async () => {
    const origin = await start(
      "--issuer",
      "https://as.example/tenant",
      "--token-endpoint",
      "https://as.example/token",
    );
    const answer = await fetch(`${origin}/`);
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).toContain("https://as.example/tenant/register");
    expect(text).toContain("https://as.example/.well-known/oauth-authorization-server/tenant");
    expect(text).toContain("<code>https://as.example/token</code>");
    expect(text).toContain("curl -i https://as.example/tenant/register");
  });

  it("names an endpoint of the metadata where the metadata is served", async () => {
    const origin = await start();
    const text = await (await fetch(`${origin}/`)).text();
    const [url = ""] = /http[^<]*well-known[^<]*/.exec(text) ?? [];
    expect((await fetch(url)).status).toBe(200);
  });

  it("tells nothing of versions, data and limits", async () => {
    const origin = await start("--issuer", "https://as.example");
    const answer = await fetch(`${origin}/`);
    const text = await answer.text();
    // The only address is the redirect URI of the example.
    expect(text.replace("127.0.0.1/callback", "")).not.toMatch(/\d+\.\d+\.\d+|sqlite|memory|node\.js/i);
    expect([...answer.headers.keys()]).not.toContain("x-powered-by");
  });

  it("says where a token is required", async () => {
    const text = await (await fetch(`${await start("--preset", "token-gated")}/`)).text();
    expect(text).toContain("requires an initial access token");
    expect(text).toContain("Bearer TOKEN");
  });

  it("answers HEAD without a body, and other methods with 405", async () => {
    const origin = await start();
    const head = await fetch(`${origin}/`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const post = await fetch(`${origin}/`, { method: "POST", body: "{}" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("is off with --front-page off", async () => {
    const answer = await fetch(`${await start("--front-page", "off")}/`);
    expect([answer.status, await answer.json()]).toEqual([404, { error: "not_found" }]);
  });
});

describeUnless(await missing("chromium"), "the page at / in a browser", () => {
  let browser: Browser | undefined;
  afterAll(() => browser?.close());

  it.each(["light", "dark"] as const)(
    "is accessible in %s, and its policy lets its style through",
    async (colorScheme) => {
      browser ??= await startChromium();
      const origin = await start();
      const page = await browser.open("about:blank");
      const problems: string[] = [];
      page.on("console", (message) => problems.push(message.text()));
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 360, height: 700 });
      await page.goto(`${origin}/`);
      await expect(page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize")).resolves.toBe(
        "25.6px",
      );
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
      expect(await axeViolations(page)).toEqual([]);
      expect(problems.filter((text) => !text.includes("favicon"))).toEqual([]);
    },
  );
});
