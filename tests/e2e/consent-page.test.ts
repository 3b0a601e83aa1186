import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { consentPage, PAGE_TEXTS, returnPage, type AnyConsentView } from "@oauth-dcr/core/consent-page";
import { unknownClientPage } from "@oauth-dcr/core/http";
import * as mcpSdk from "@oauth-dcr/example-mcp-sdk";
import * as oidcProvider from "@oauth-dcr/example-oidc-provider";
import { sendResponse } from "@oauth-dcr/node";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { authorizationOf, discover, register } from "../examples/support/oauth-client.js";
import { callbackServer } from "../examples/support/callback-server.js";
import { exampleOptions } from "../examples/support/running-example.js";
import { axeViolations } from "../support/axe.js";
import { startChromium, type Browser } from "../support/chromium.js";
import { describeUnless, missing } from "../support/services.js";

const PHONE = { width: 360, height: 640 };

const VIEW: AnyConsentView = {
  clientId: "client-1",
  clientIdHost: "known.example",
  redirect: { kind: "https", destination: "app.example" },
  tier: "domain_verified",
  domains: [{ domain: "app.example", verifiedAt: 1_762_128_000, seenAt: 1_762_128_000 }],
  members: [
    { member: "client_name", value: "Notes", isVerified: true },
    { member: "organization_name", value: "Notes Ltd", isVerified: false },
    { member: "client_uri", value: "https://app.example/", isVerified: false },
    { member: "policy_uri", value: "https://other.example/privacy", isVerified: false },
  ],
  warnings: Object.keys(PAGE_TEXTS.en.warnings) as (keyof typeof PAGE_TEXTS.en.warnings)[],
  newScopes: ["files:write"],
};
const OPTIONS = { action: "/decide", scopes: ["files:read", "files:write"], optionalScopes: ["files:write"] };

const HOSTILE = [
  `"></dd></dl></section><script>document.title = "owned"</script><form action="https://evil.example/">`,
  "x".repeat(4000),
  "W ".repeat(2000),
  `Z${"\u0301\u0323".repeat(200)}${"\u0e47".repeat(200)}`,
  "\u202e\u2067 \u05d0\u05d1\u05d2 ✓ Verified \u2066",
  "\ufdfd".repeat(400),
  "\u{12031}".repeat(400),
];

/** A server on a port of its own. */
async function serve(answer: (req: IncomingMessage, res: ServerResponse) => unknown) {
  const server = createServer((req, res) => void answer(req, res));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { port: (server.address() as AddressInfo).port, close };
}

describeUnless(await missing("chromium"), "the consent page in Chromium", () => {
  let browser: Browser;
  let page: Page;
  /** Violations of the page's policy, and requests to other servers. */
  const said: string[] = [];
  let shown: () => Response = () => unknownClientPage({ kind: "page_expired" });
  let origin: string;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    browser = await startChromium();
    closing.push(() => browser.close());
    page = await browser.open("about:blank");
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) said.push(message.text());
    });
    page.on("request", (request) => said.push(...(request.url().startsWith(origin) ? [] : [request.url()])));
    const server = await serve((_, res) => sendResponse(shown(), res));
    closing.push(server.close);
    origin = `http://127.0.0.1:${server.port}`;
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  async function show(response: () => Response): Promise<void> {
    shown = response;
    said.length = 0;
    await page.goto(`${origin}/page`);
    expect(said).toEqual([]);
  }

  /** What axe finds, and whether the page is wider than the screen. */
  async function expectAccessible(): Promise<void> {
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(PHONE.width);
  }

  describe.each(["light", "dark"] as const)("on a phone, %s", (colorScheme) => {
    beforeAll(async () => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(PHONE);
    });

    it.each(Object.keys(PAGE_TEXTS))(
      "is accessible and breaks none of its own rules in %s",
      async (language) => {
        await show(() => consentPage(VIEW, { ...OPTIONS, language, account: "ada@example.com" }));
        await expectAccessible();
        await show(() => unknownClientPage({ kind: "unknown_client" }, { language }));
        await expectAccessible();
        await show(() => returnPage("com.example.app:/cb?error=access_denied", { language }));
        await expectAccessible();
      },
    );
  });

  it.each(HOSTILE)("shows destination and warnings above a hostile name (%#)", async (value) => {
    await page.setViewportSize(PHONE);
    const members = [
      { member: "client_name", value, isVerified: false },
      { member: "organization_name", value, isVerified: false },
    ];
    const warnings = ["look_alike_name"] as const;
    await show(() => consentPage({ ...VIEW, clientIdHost: "known.example", members, warnings }, OPTIONS));
    await expectAccessible();
    expect(await page.title()).toBe("Allow access to your account? app.example");
    expect(await page.locator("form").count()).toBe(1);
    expect(await page.locator("main script, main iframe, main img").count()).toBe(0);
    const box = async (selector: string) => (await page.locator(selector).first().boundingBox())!;
    const [destination, warning, claims] = [
      await box("#destination"),
      await box("#warning-list"),
      await box("#claimed"),
    ];
    expect(destination.y + destination.height).toBeLessThan(warning.y);
    expect(warning.y + warning.height).toBeLessThan(claims.y);
    // On the first screen, and nothing of the name is painted over it.
    expect(warning.y).toBeLessThan(PHONE.height);
    const top = await page.evaluate<boolean>(
      `["#destination", "#warning-list h3"].every((selector) => { const element = document.querySelector(selector); const { left, top } = element.getBoundingClientRect(); return element.contains(document.elementFromPoint(left + 5, top + 5)); })`,
    );
    expect(top).toBe(true);
    expect((await box("dl")).height).toBeLessThan(400);
  });

  it("can be answered by keyboard alone, with deny first", async () => {
    await page.setViewportSize({ width: 1024, height: 768 });
    await show(() => consentPage({ ...VIEW, members: [] }, { ...OPTIONS, optionalScopes: [] }));
    const focused = () => page.evaluate("document.activeElement.value");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("deny");
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("allow");
    const [deny, allow] = await Promise.all(
      ["deny", "allow"].map((value) => page.locator(`[value=${value}]`).boundingBox()),
    );
    expect([deny?.width, deny?.height]).toEqual([allow?.width, allow?.height]);
  });

  it("sends its fields, and the browser follows the client's own redirects to other hosts", async () => {
    const last = await serve((_, res) => res.end("arrived"));
    const client = await serve((_, res) => {
      res.writeHead(302, { location: `http://localhost:${last.port}/last` }).end();
    });
    let sent = "";
    const server = await serve(async (req, res) => {
      if (req.method !== "POST") {
        return sendResponse(
          consentPage({ ...VIEW, warnings: [] }, { ...OPTIONS, fields: { ticket: `a"b` } }),
          res,
        );
      }
      sent = await text(req);
      return res.writeHead(303, { location: `http://127.0.0.1:${client.port}/callback` }).end();
    });
    closing.push(last.close, client.close, server.close);
    await page.goto(`http://127.0.0.1:${server.port}/`);
    await page.getByRole("checkbox").uncheck();
    await page.getByRole("button", { name: PAGE_TEXTS.en.allow, exact: true }).click();
    await page.waitForURL(`http://localhost:${last.port}/last`);
    expect(Object.fromEntries(new URLSearchParams(sent))).toEqual({ ticket: `a"b`, decision: "allow" });
  });

  it.each([
    ["mcp-sdk", mcpSdk.startServer, "tools:execute"],
    ["oidc-provider", oidcProvider.startServer, "openid"],
  ] as const)("allows and denies in examples/%s", async (_, start, scope) => {
    const example = await start(exampleOptions());
    const callback = await callbackServer();
    closing.push(
      () => example.close(),
      () => callback.close(),
    );
    const server = await discover(example.origin);
    const { client_id } = await register(server, {
      client_name: "A desktop program",
      redirect_uris: [callback.url],
      token_endpoint_auth_method: "none",
    });
    for (const [decision, parameter] of [
      ["deny", "error"],
      ["allow", "code"],
    ] as const) {
      await page.goto(authorizationOf(server, client_id, callback.url, { scope }).url.href);
      expect(await page.locator("#destination").textContent()).toContain(PAGE_TEXTS.en.loopbackDestination);
      await page.locator(`[value=${decision}]`).click();
      await page.waitForURL((url) => url.href.startsWith(callback.url));
      expect(new URL(page.url()).searchParams.has(parameter), decision).toBe(true);
    }
  });
});
