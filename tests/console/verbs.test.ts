import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import corpus from "../corpus/client-registrations.json" with { type: "json" };
import { launchChromium } from "../support/chromium.js";
import { describeUnless, missing } from "../support/services.js";
import { startConsole, type ConsoleServer } from "./support/console-server.js";
import { signIn } from "./support/operator.js";

describeUnless(await missing("chromium"), "an operator", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  describe.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])("with %o", (options) => {
    let server: ConsoleServer;
    let page: Page;
    let complaints: string[];
    const open = (path: string) => page.goto(server.origin + path);
    /** Presses a button, and waits for the page that it leads to. */
    const press = async (name: string, within: Page | Locator = page) => {
      await Promise.all([
        page.waitForEvent("load"),
        within.getByRole("button", { name, exact: true }).click(),
      ]);
    };
    const notice = () => page.locator(".notice").first().innerText();
    const openClient = (id: string) => open(`/client?id=${id}`);
    const client = (id: string) => server.store.findClient(id);
    beforeAll(async () => {
      server = await startConsole();
      ({ page, complaints } = await signIn(browser, server, options));
    });
    afterAll(() => server.close());

    it("approves and rejects held clients side by side", async () => {
      const names = ["Good", "Bad"];
      const [good, bad] = (await Promise.all(
        names.map((name) =>
          server.register({
            client_name: name,
            redirect_uris: [`https://${name}.example/cb`.toLowerCase()],
            software_id: "held",
          }),
        ),
      )) as [string, string];
      await open("/");
      await page.getByRole("link", { name: /Approvals/ }).click();
      const card = (name: string) =>
        page.getByRole("article").filter({ has: page.getByRole("link", { name, exact: true }) });
      await expect(card("Good").innerText()).resolves.toContain("good.example");
      await card("Good").getByLabel("Reason").fill("known to us");
      await press("Approve", card("Good"));
      await expect(notice()).resolves.toBe("The client is approved.");
      await press("Reject", card("Bad"));
      await expect(notice()).resolves.toBe("The client is rejected and disabled.");
      expect(await client(good)).toMatchObject({ status: "pending" });
      expect(await client(bad)).toMatchObject({ status: "disabled" });
      expect(await server.events()).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            type: "client_approved",
            clientId: good,
            statusReason: "known to us",
            operator: "Operator One",
          }),
          expect.objectContaining({ type: "client_rejected", clientId: bad, operator: "Operator One" }),
        ]),
      );
    });

    it("finds, disables and enables a client with a reason", async () => {
      const id = await server.register({
        client_name: "Findable",
        redirect_uris: ["https://find.example/cb"],
      });
      await open("/clients");
      await page.getByLabel("Name begins with").fill("finda");
      await press("Search");
      await page.getByRole("link", { name: "Findable" }).click();
      await page.getByLabel("Reason").fill("abuse");
      await press("Disable");
      await expect(notice()).resolves.toBe("The client is disabled.");
      expect(await client(id)).toMatchObject({
        status: "disabled",
        administration: { statusReason: "abuse" },
      });
      await press("Enable");
      await expect(notice()).resolves.toBe("The client is enabled.");
      expect(await client(id)).toMatchObject({ status: "pending" });
    });

    it("promotes and demotes a client", async () => {
      const id = await server.register({ redirect_uris: ["https://tier.example/cb"] });
      for (const [tier, expected] of [
        ["approved", "approved"],
        ["", undefined],
      ] as const) {
        await openClient(id);
        await page.getByLabel("Tier").selectOption(tier);
        await press("Set the tier");
        await expect(notice()).resolves.toBe("The tier is changed.");
        expect((await client(id))?.administration?.tier).toBe(expected);
      }
      expect((await server.events())[0]).toMatchObject({
        tier: "unknown",
        previousTier: "approved",
        operator: "Operator One",
      });
    });

    it("sets tags, notes and owner, and is told of what no tag can be", async () => {
      const id = await server.register({ redirect_uris: ["https://notes.example/cb"] });
      await openClient(id);
      await page.getByLabel("Owner", { exact: true }).fill("team-web");
      await page.getByLabel("Tags, separated").fill("prod eu");
      await page.getByLabel("Notes", { exact: true }).fill("First line.\nSecond line.");
      await press("Save");
      await expect(notice()).resolves.toContain("saved");
      const said = { owner: "team-web", tags: ["prod", "eu"], notes: "First line.\nSecond line." };
      expect((await client(id))?.administration).toEqual(said);
      await page.getByLabel("Tags, separated").fill("<no>");
      await press("Save");
      await expect(notice()).resolves.toContain("not allowed");
      expect((await client(id))?.administration).toEqual(said);
      await page.getByLabel("Notes", { exact: true }).fill("");
      await press("Save");
      expect((await client(id))?.administration).toEqual({ owner: "team-web", tags: ["prod", "eu"] });
    });

    it("changes nothing that somebody else has changed meanwhile", async () => {
      const id = await server.register({ redirect_uris: ["https://race.example/cb"] });
      await openClient(id);
      await server.clients.administerClient(id, { notes: "of another" });
      await press("Disable");
      await expect(notice()).resolves.toContain("has changed");
      expect(await client(id)).toMatchObject({ status: "pending" });
    });

    it("deletes a client behind a page that asks", async () => {
      const id = await server.register({ redirect_uris: ["https://delete.example/cb"] });
      await openClient(id);
      await page.getByRole("link", { name: "Delete this client" }).click();
      expect(await client(id)).toBeDefined();
      await page.getByRole("link", { name: "Keep it" }).click();
      await page.getByRole("link", { name: "Delete this client" }).click();
      await page.getByLabel("Reason").fill("asked to");
      await press("Delete permanently");
      await expect(notice()).resolves.toBe("The client is deleted.");
      expect(await client(id)).toBe(undefined);
      expect(server.revoked).toContain(id);
      expect((await server.events())[0]).toMatchObject({
        type: "client_removed",
        statusReason: "asked to",
        operator: "Operator One",
      });
      // Its history stays where it was.
      await open(`/audit?client=${id}`);
      await expect(page.getByRole("cell", { name: "client removed" }).count()).resolves.toBe(1);
    });

    it("deletes no client that somebody else has changed meanwhile", async () => {
      const id = await server.register({ redirect_uris: ["https://kept.example/cb"] });
      await open(`/client/delete?id=${id}`);
      await server.clients.administerClient(id, { notes: "ours, keep it" });
      await press("Delete permanently");
      await expect(notice()).resolves.toContain("has changed");
      expect(await client(id)).toMatchObject({ status: "pending" });
      expect(server.revoked).not.toContain(id);
    });

    it("purges no client that came or changed after the look", async () => {
      const [gone, promoted] = (await Promise.all(
        ["one", "two"].map((name) =>
          server.register({ client_name: "Flood", redirect_uris: [`https://${name}.example/cb`] }),
        ),
      )) as [string, string];
      await open("/purge?text=flood&tier=unknown");
      await expect(page.locator("main").innerText()).resolves.toContain("2 clients.");
      const later = await server.register({
        client_name: "Flood",
        redirect_uris: ["https://later.example/cb"],
      });
      await server.clients.administerClient(promoted, { tier: "approved" });
      await press("Delete permanently");
      await expect(notice()).resolves.toBe("1 client was deleted.");
      await expect(page.locator("main").innerText()).resolves.toContain("They no longer match");
      expect(await client(gone)).toBe(undefined);
      expect((await client(promoted))?.clientId).toBe(promoted);
      expect((await client(later))?.clientId).toBe(later);
      for (const ids of ["", "{", '{"0":"x"}', "[1]", "[]"]) {
        await open("/purge?text=flood&tier=unknown");
        await page.locator('input[name="ids"]').evaluate((field, value) => {
          (field as unknown as { value: string }).value = value;
        }, ids);
        await press("Delete permanently");
        await expect(notice()).resolves.toBe("0 clients were deleted.");
      }
      expect((await client(later))?.clientId).toBe(later);
    });

    it("sees why registrations were refused, as the answers say it", async () => {
      await server.registration.registerClient(
        { redirect_uris: ["javascript:alert(1)"] },
        { clientAddress: "192.0.2.1" },
      );
      await server.events();
      await open("/");
      await expect(page.getByRole("table", { name: "Why registrations" }).innerText()).resolves.toContain(
        "redirect_uri.",
      );
    });

    it("purges what a search finds, after a look", async () => {
      const gone = await server.register({
        client_name: "Purge me",
        redirect_uris: ["https://purge.example/cb"],
      });
      const kept = await server.register({
        client_name: "Keep me",
        redirect_uris: ["https://purge.example/cb"],
      });
      await open("/clients?text=purge");
      await page.getByRole("link", { name: "Delete these clients" }).click();
      await expect(page.locator("main").innerText()).resolves.toContain("1 client.");
      expect(await client(gone)).toBeDefined();
      await page.getByLabel("Reason").fill("flood");
      await press("Delete permanently");
      await expect(notice()).resolves.toBe("1 client was deleted.");
      expect([await client(gone), (await client(kept))?.clientId]).toEqual([undefined, kept]);
      expect((await server.events())[0]).toMatchObject({
        type: "client_removed",
        clientId: gone,
        statusReason: "flood",
        operator: "Operator One",
      });
    });

    it("issues a token that is shown once, and revokes it behind a page that asks", async () => {
      await open("/tokens");
      await page.getByRole("link", { name: "Issue a token" }).click();
      await page.getByLabel("Label").fill("Partner");
      await page.getByLabel("Uses").fill("0");
      await press("Issue");
      await expect(notice()).resolves.toContain("not issued");
      await page.getByLabel("Uses").fill("3");
      await page.getByLabel("Scopes").fill("tools:read");
      await press("Issue");
      const token = await page.locator(".secret").innerText();
      expect(token.trim()).toMatch(/^odcr_iat_/);
      const [record] = await server.registration.initialAccessTokens.list();
      expect(record).toMatchObject({
        label: "Partner",
        usesLeft: 3,
        constraints: { scopes: ["tools:read"] },
      });
      await open("/tokens");
      expect(await page.content()).not.toContain(token.trim());
      await page.getByRole("link", { name: "Partner" }).click();
      await page.getByRole("link", { name: "Revoke this token" }).click();
      await press("Revoke permanently");
      await expect(notice()).resolves.toBe("The token is revoked.");
      expect((await server.events())[0]).toMatchObject({
        type: "initial_access_token_revoked",
        operator: "Operator One",
      });
    });

    it("verifies the audit log, filters it, and sees where it is broken", async () => {
      const { record } = await server.registration.initialAccessTokens.issue();
      await server.registration.initialAccessTokens.revoke(record.id);
      await server.events();
      await open("/audit");
      await press("Verify the chain");
      await expect
        .poll(async () => (await open("/audit"), notice()), { timeout: 20_000 })
        .toContain("The chain is intact");
      await page.getByLabel("Event", { exact: true }).selectOption("initial_access_token_revoked");
      await press("Filter");
      const revoked = (await server.events()).filter(({ type }) => type === "initial_access_token_revoked");
      await expect(page.getByRole("row").count()).resolves.toBe(1 + revoked.length);
      await page.getByLabel("Who", { exact: true }).selectOption("anonymous");
      await press("Filter");
      await expect(page.locator(".empty").innerText()).resolves.toContain("No event matches");
      server.tamper(`UPDATE audit_event SET event = '{}' WHERE position = 1`);
      await open("/audit");
      await press("Verify the chain");
      await expect
        .poll(async () => (await open("/audit"), notice()), { timeout: 20_000 })
        .toContain("The chain is broken at position 1: changed");
    });

    it("has a body judged in the playground, the same by the server and in the browser", async () => {
      const bodies = [
        ...corpus.bodies.slice(0, 12).map(({ body }) => JSON.stringify(body)),
        '{"redirect_uris":["javascript:alert(1)"],"client_name":"<img src=x onerror=alert(1)>\\u202e"}',
        "[]",
        "{",
      ];
      await open("/playground");
      complaints.length = 0;
      for (const body of bodies) {
        const verdict = page.locator("#verdict");
        await page.getByLabel("Client metadata").fill(body);
        expect(complaints).toEqual([]);
        const live = options.javaScriptEnabled ? await liveVerdict(page) : undefined;
        await press("Check");
        const served = await verdict.innerHTML();
        expect(served).toMatch(/The rules (accept|refuse) this body|The body is not valid JSON/);
        if (live !== undefined) expect(live).toBe(served);
      }
      await page
        .getByLabel("Client metadata")
        .fill(`{"client_name":"it's","redirect_uris":["https://app.example/cb"]}`);
      await press("Check");
      await expect(page.locator("#verdict").innerText()).resolves.toContain(
        String.raw`curl -i 'https://as.example/register' -H 'content-type: application/json' -d '{"client_name":"it'\''s","redirect_uris":["https://app.example/cb"]}'`,
      );
      expect(await server.registration.countClients()).toMatchObject({ active: 0 });
    });
  });
});

/** What the browser itself says of the body that was just typed. */
async function liveVerdict(page: Page): Promise<string> {
  const playground = page.locator("#playground[data-live]");
  await playground.waitFor();
  const html = await page.locator("#verdict").innerHTML();
  await page.evaluate(`delete document.getElementById("playground").dataset.live`);
  return html;
}
