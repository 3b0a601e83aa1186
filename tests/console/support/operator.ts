import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import type { ConsoleServer } from "./console-server.js";

/** Somebody who is signed in, with all that went wrong in their browser. */
export interface SignedIn {
  readonly page: Page;
  /** What the browser complained about: scripts, the content security policy, requests to other hosts. */
  readonly complaints: string[];
}

/** Signs in by a link, as an operator does. */
export async function signIn(
  browser: Browser,
  { operators, origin }: ConsoleServer,
  options: BrowserContextOptions = {},
): Promise<SignedIn> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) complaints.push(`request: ${request.url()}`);
  });
  await page.goto(operators.signInLink() ?? "");
  await page.getByLabel("Your name").fill("Operator One");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${origin}/`);
  return { page, complaints };
}

/** Expects that a page is drawn, that nothing in it ran, and that it is as wide as the window. */
export async function expectCalm({ page, complaints }: SignedIn): Promise<void> {
  expect([page.url(), await page.getByRole("heading", { level: 1 }).count()]).toEqual([page.url(), 1]);
  expect([page.url(), complaints]).toEqual([page.url(), []]);
}
