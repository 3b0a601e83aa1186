import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium.js";
import { axeViolations } from "../support/axe.js";
import { describeUnless, missing } from "../support/services.js";
import { startConsole, type ConsoleServer } from "./support/console-server.js";
import { HOSTILE_NAMES, hostileClient } from "./support/hostile.js";
import { expectCalm, signIn, type SignedIn } from "./support/operator.js";

const CLIENTS = HOSTILE_NAMES.map(hostileClient);
/** Those whose pages axe does not read: they differ from the first three in their text alone. */
const others = CLIENTS.slice(3).map(({ clientId }) => encodeURIComponent(clientId));

describeUnless(await missing("chromium"), "the pages of the console, with hostile clients", () => {
  let browser: Browser;
  let server: ConsoleServer;
  let paths: readonly string[];

  beforeAll(async () => {
    browser = await launchChromium();
    server = await startConsole();
    const { store, registration } = server;
    for (const [index, client] of CLIENTS.entries()) {
      const { clientId } = client;
      const name = HOSTILE_NAMES[index]!;
      await store.createClient(client);
      if (client.status === "active") {
        await store.consents.recordConsent({
          userId: name,
          clientId,
          destination: name,
          scopes: [name],
          at: 1_790_000_000,
        });
      }
      await store.auditLog.record({
        ...{ type: "client_disabled", actor: "operator", at: new Date().toISOString() },
        ...{ clientId, statusReason: name, operator: name, heldBecause: name },
      });
      await registration.registerClient({ client_name: name, redirect_uris: [`javascript:${name}`] });
      await registration.initialAccessTokens.issue({ label: name, owner: name });
    }
    await registration.auditDelivery.flush();
    server.tamper(`UPDATE audit_event SET event = '{}' WHERE position = 1`);
    server.tamper(`UPDATE audit_event SET event = '{"type":7,"at":{},"actor":[],"findings":"x","changes":[null],"clientId":1}'
      WHERE position = 2`);
    const tokens = await registration.initialAccessTokens.list();
    paths = [
      ...[
        "/",
        "/?window=week",
        "/clients",
        "/approvals",
        "/tokens",
        "/tokens/issue",
        "/audit",
        "/playground",
        "/purge",
      ],
      ...[
        "/clients?status=nonsense&text=x",
        "/clients?owner=nobody",
        "/purge?status=disabled",
        "/audit?actor=operator",
      ],
      ...["/client?id=%3Cscript%3E", "/tokens/token?id=%22%3E", "/nowhere"],
      `/tokens/token?id=${tokens[0]!.id}`,
      `/tokens/revoke?id=${tokens[0]!.id}`,
      ...CLIENTS.flatMap(({ clientId }) => {
        const id = encodeURIComponent(clientId);
        return [`/client?id=${id}`, `/client/delete?id=${id}`, `/audit?client=${id}`];
      }),
    ];
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  describe.each([
    { colorScheme: "light", viewport: { width: 1280, height: 900 } },
    { colorScheme: "dark", viewport: { width: 390, height: 844 } },
  ] as const)("in $colorScheme, $viewport.width wide", (options) => {
    let operator: SignedIn;
    beforeAll(async () => {
      operator = await signIn(browser, server, options);
    });
    afterAll(() => operator.page.context().close());

    it("run nothing of what clients say, load nothing from elsewhere, and break no rule of axe", async () => {
      const { page, complaints } = operator;
      for (const path of paths) {
        complaints.length = 0;
        const answer = await page.goto(server.origin + path);
        if (answer?.ok() === false)
          complaints.splice(
            0,
            complaints.length,
            ...complaints.filter((one) => !one.includes("status of 40")),
          );
        await expectCalm(operator);
        expect([path, await page.evaluate("globalThis.hacked")]).toEqual([path, undefined]);
        // Each link leads to a page of the console, and each form too.
        const hrefs = await page.evaluate<string[]>(
          `[...document.querySelectorAll("a, form")].map((one) => one.href ?? one.action).filter((url) => typeof url === "string" && !url.startsWith(location.origin))`,
        );
        expect([path, hrefs]).toEqual([path, []]);
        const wide = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        expect([path, wide <= 0]).toEqual([path, true]);
        if (!path.startsWith("/audit?client") && !others.some((id) => path.includes(id))) {
          expect([path, await axeViolations(page)]).toEqual([path, []]);
        }
      }
      expect(server.errors).toEqual([]);
      // Some eighty pages, and axe on most of them.
    }, 480_000);
  });

  it("name the characters that cannot be seen", async () => {
    const { page } = await signIn(browser, server);
    await page.goto(`${server.origin}/client?id=${encodeURIComponent(CLIENTS[4]!.clientId)}`);
    await expect(page.locator(".client-title").innerText()).resolves.toBe(
      "ClaU+202EudeU+202C U+2066CodeU+2069",
    );
    await page.goto(`${server.origin}/client?id=${encodeURIComponent(CLIENTS[7]!.clientId)}`);
    await expect(page.locator(".client-title").innerText()).resolves.toBe(HOSTILE_NAMES[7]);
    await page.goto(`${server.origin}/client?id=${encodeURIComponent(CLIENTS[10]!.clientId)}`);
    await expect(page.locator(".client-title").innerText()).resolves.toBe(
      "VaU+FE00rU+FE0FiU+E0100aU+180BtU+17B4ionU+2800",
    );
  });

  it("are signed out of, for everybody without the cookie", async () => {
    const { page } = await signIn(browser, server);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${server.origin}/clients`);
    await expect(page.getByRole("heading", { level: 1 }).innerText()).resolves.toBe("Sign in");
    expect(await axeViolations(page)).toEqual([]);
    await page.goto(server.operators.signInLink() ?? "");
    expect(await axeViolations(page)).toEqual([]);
  });

  it("lead by keyboard past the places to the content", async () => {
    const { page } = await signIn(browser, server);
    await page.goto(`${server.origin}/clients`);
    await page.keyboard.press("Tab");
    await expect(page.evaluate("document.activeElement.textContent.trim()")).resolves.toBe(
      "Skip to the content",
    );
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await expect(page.evaluate("document.activeElement.name")).resolves.toBe("text");
    const outline = await page.evaluate<string>("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).toBe("solid");
  });
});
