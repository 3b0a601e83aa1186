// Takes the screenshots of the documents: `node scripts/screenshots.mjs [NAME]…` writes docs/images/NAME.png, by Chromium. Build first.
// To add a page, add an entry to the list: it opens its page in the given tab, and may return a function that cleans up.
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { closeConsole, CONSOLE_PAGES } from "./screenshots/console.mjs";
import { TERMINAL_PAGES } from "./screenshots/terminal.mjs";
import { root } from "./workspace.mjs";

const EXECUTABLE = "/usr/bin/chromium";
const IMAGES = join(root, "docs/images");
// Resolved where the tests have them: the root of the workspace has no dependencies of its own.
const { resolve } = createRequire(join(root, "tests/package.json"));
const { chromium } = await import(pathToFileURL(resolve("playwright-core")).href.replace(/\.js$/, ".mjs"));
const core = (subpath) => import(pathToFileURL(join(root, "packages/core/dist", subpath, "index.js")).href);

/** A consent page: the view of a client, changed as given. */
async function consent(tab, change, options = {}) {
  const { consentPage, pageLook } = await core("consent-page");
  const look = pageLook({
    brand: { name: "Example Cloud" },
    scopeDescriptions: {
      "files:read": { en: "See your files", de: "Ihre Dateien ansehen" },
      "files:write": { en: "Change and delete your files", de: "Ihre Dateien ändern und löschen" },
    },
  });
  const view = {
    clientId: "s6BhdRkqt3",
    redirect: { kind: "https", destination: "notes.example" },
    tier: "unknown",
    domains: [],
    members: [{ member: "client_name", value: "Notes", isVerified: false }],
    warnings: [],
    ...change,
  };
  const scopes = ["files:read", "files:write"];
  const page = consentPage(view, { action: "/", scopes, look, account: "ada@example.com", ...options });
  await tab.setContent(await page.text());
}

const PAGES = [
  {
    name: "consent-page",
    width: 640,
    open: (tab) =>
      consent(tab, {
        tier: "domain_verified",
        domains: [{ domain: "notes.example", verifiedAt: 1_788_220_800, seenAt: 1_788_220_800 }],
        members: [
          { member: "client_name", value: "Notes", isVerified: false },
          { member: "policy_uri", value: "https://notes.example/privacy", isVerified: false },
        ],
      }),
  },
  {
    name: "consent-page-warnings",
    width: 390,
    dark: true,
    open: (tab) =>
      consent(tab, {
        redirect: { kind: "loopback", destination: "127.0.0.1" },
        members: [{ member: "client_name", value: "Claude", isVerified: false }],
        warnings: ["look_alike_name", "loopback"],
      }),
  },
  {
    name: "consent-page-german",
    width: 390,
    open: (tab) =>
      consent(
        tab,
        { warnings: ["new_destination", "scopes_widened"], newScopes: ["files:write"] },
        { language: "de" },
      ),
  },
  ...CONSOLE_PAGES,
  ...TERMINAL_PAGES,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PAGES.some((page) => page.name === name));
if (unknown.length > 0) throw new Error(`there is no page ${unknown.join(", ")}: see the list in this file`);
mkdirSync(IMAGES, { recursive: true });
const browser = await chromium.launch({ executablePath: EXECUTABLE, chromiumSandbox: false });
try {
  for (const { name, width, height = 640, dark = false, isWhole = true, open } of PAGES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const tab = await browser.newPage({
      viewport: { width, height },
      colorScheme: dark ? "dark" : "light",
      deviceScaleFactor: 1.5,
      locale: "en-US",
    });
    const cleanUp = await open(tab);
    await tab.screenshot({ path: join(IMAGES, `${name}.png`), fullPage: isWhole });
    await tab.close();
    await cleanUp?.();
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await closeConsole();
  await browser.close();
}
