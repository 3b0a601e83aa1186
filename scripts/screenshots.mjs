// Pictures for the documents, of the pages as a browser shows them: `node scripts/screenshots.mjs`, after a build. Starts a real
// `oauth-dcr serve` with some clients, and writes docs/images/. Needs /usr/bin/chromium.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./workspace.mjs";

const { chromium } = createRequire(join(root, "tests/package.json"))("playwright-core");

/** Each picture: its name, where it is, and how the browser is set. */
const DESKTOP = { colorScheme: "light", width: 1200, height: 780 };
const PICTURES = [
  { name: "console-overview", path: "/", ...DESKTOP },
  { name: "console-overview-dark", path: "/", ...DESKTOP, colorScheme: "dark" },
  { name: "console-clients", path: "/clients", ...DESKTOP },
  { name: "console-approvals", path: "/approvals", ...DESKTOP },
  { name: "console-client", path: (id) => `/client?id=${id}`, ...DESKTOP },
  { name: "console-playground", path: "/playground", ...DESKTOP },
  { name: "console-phone", path: "/approvals", ...DESKTOP, width: 390, height: 780 },
];

const CLIENTS = [
  {
    client_name: "Notebook for MCP",
    redirect_uris: ["https://notebook.example/oauth/callback"],
    client_uri: "https://notebook.example",
  },
  {
    client_name: "Terminal agent",
    redirect_uris: ["http://127.0.0.1/callback"],
    token_endpoint_auth_method: "none",
  },
  {
    client_name: "Desk planner",
    redirect_uris: ["com.desk.planner:/oauth"],
    token_endpoint_auth_method: "none",
  },
  {
    client_name: "Claude",
    redirect_uris: ["https://claude-login.example/callback"],
    logo_uri: "https://claude-login.example/logo.png",
  },
  { client_name: "Build bot", redirect_uris: ["https://ci.example/cb"], contacts: ["ci@ci.example"] },
];
const REFUSED = [
  ...Array.from({ length: 9 }, () => ({ redirect_uris: ["javascript:alert(1)"] })),
  ...Array.from({ length: 5 }, () => ({ redirect_uris: ["https://app.example/cb#fragment"] })),
  ...Array.from({ length: 3 }, () => ({ redirect_uris: ["http://app.example/cb"] })),
  { client_name: "no redirect URI" },
];

/** A server with its console, and the link that signs in. */
async function startServer(folder) {
  const args = ["serve", "--port", "0", "--database", join(folder, "clients.sqlite"), "--audit", "database"];
  const child = spawn(
    process.execPath,
    [
      join(root, "packages/server/bin/oauth-dcr.js"),
      ...args,
      "--hold",
      "on",
      "--console",
      "on",
      "--console-port",
      "0",
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    const [, origin, link] = /listens on (\S+)[^]*(http:\/\/\S+\/sign-in\?token=\S+)/.exec(output) ?? [];
    if (link) return { child, origin, link };
  }
  throw new Error(`the server did not start: ${output}`);
}

async function register(origin, body) {
  const answer = await fetch(`${origin}/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()).client_id;
}

const folder = mkdtempSync(join(tmpdir(), "screenshots-"));
const { child, origin, link } = await startServer(folder);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", chromiumSandbox: false });
try {
  const ids = [];
  for (const body of [...CLIENTS, ...REFUSED]) ids.push(await register(origin, body));
  const page = await browser.newPage();
  await page.goto(link);
  await page.getByLabel("Your name").fill("Operator One");
  await page.getByRole("button", { name: "Sign in" }).click();
  const { origin: operators } = new URL(link);
  const card = page.getByRole("article").filter({ hasText: "Notebook" });
  await page.goto(`${operators}/approvals`);
  await card.getByLabel("Reason").fill("our partner");
  await card.getByRole("button", { name: "Approve" }).click();
  mkdirSync(join(root, "docs/images"), { recursive: true });
  for (const { name, path, colorScheme, width, height } of PICTURES) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.goto(operators + (typeof path === "function" ? path(ids[0]) : path));
    await page.screenshot({ path: join(root, `docs/images/${name}.png`) });
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
  child.kill();
  rmSync(folder, { recursive: true, force: true });
}
