// The operator's console for the screenshots: a real `oauth-dcr serve --console` with some clients.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../workspace.mjs";

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
  { client_name: "Claude", redirect_uris: ["https://claude-login.example/callback"] },
  { client_name: "Build bot", redirect_uris: ["https://ci.example/cb"], contacts: ["ci@ci.example"] },
];
const REFUSED = [
  ...Array.from({ length: 9 }, () => ({ redirect_uris: ["javascript:alert(1)"] })),
  ...Array.from({ length: 5 }, () => ({ redirect_uris: ["https://app.example/cb#fragment"] })),
  ...Array.from({ length: 3 }, () => ({ redirect_uris: ["http://app.example/cb"] })),
];

const DESKTOP = { width: 1200, height: 780, isWhole: false };
const path = (place) => (tab) => show(tab, () => place);

/** The pages of the console. */
export const CONSOLE_PAGES = [
  { name: "console-overview", ...DESKTOP, open: path("/") },
  { name: "console-overview-dark", ...DESKTOP, dark: true, open: path("/") },
  { name: "console-clients", ...DESKTOP, open: path("/clients") },
  { name: "console-approvals", ...DESKTOP, open: path("/approvals") },
  { name: "console-client", ...DESKTOP, open: (tab) => show(tab, ({ id }) => `/client?id=${id}`) },
  { name: "console-playground", ...DESKTOP, open: path("/playground") },
  { name: "console-phone", ...DESKTOP, width: 390, open: path("/approvals") },
];

let running;

/** Shows a page to somebody who is signed in. */
async function show(tab, placeOf) {
  running ??= start();
  const console = await running;
  const [name, value] = console.cookie.split("=");
  await tab.context().addCookies([{ name, value, url: console.origin }]);
  await tab.goto(console.origin + placeOf(console));
}

/** Ends the server, if one was started. */
export async function closeConsole() {
  const { child, folder } = (await running) ?? {};
  child?.kill();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

async function start() {
  const folder = mkdtempSync(join(tmpdir(), "screenshots-"));
  const flags = ["--port", "0", "--database", join(folder, "clients.sqlite"), "--audit", "database"];
  const command = ["serve", ...flags, "--hold", "on", "--console", "--console-port", "0"];
  const program = join(root, "packages/server/bin/oauth-dcr.js");
  const child = spawn(process.execPath, [program, ...command], { stdio: ["ignore", "pipe", "inherit"] });
  const { endpoint, link } = await started(child);
  const ids = [];
  for (const body of [...CLIENTS, ...REFUSED]) ids.push(await register(endpoint, body));
  const { origin, searchParams } = new URL(link);
  const token = searchParams.get("token");
  const answer = await send(origin, "/sign-in", { token, name: "Operator One" });
  const [cookie] = answer.headers.get("set-cookie").split(";");
  const page = await (await fetch(`${origin}/approvals`, { headers: { cookie } })).text();
  const [, formToken] = /name="form_token" value="([^"]+)"/.exec(page);
  const form = { form_token: formToken, id: ids[0], verb: "approve", reason: "our partner" };
  await send(origin, "/client/status", form, cookie);
  return { child, folder, origin, cookie, id: ids[0] };
}

async function started(child) {
  let output = "";
  for await (const chunk of child.stdout) {
    output += chunk;
    const [, endpoint, link] =
      /listens on (\S+)[^]*(http:\/\/\S+\/sign-in\?token=[\w-]+)\s/.exec(output) ?? [];
    if (link) return { endpoint, link };
  }
  throw new Error(`the server did not start: ${output}`);
}

async function register(endpoint, body) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${endpoint}/register`, { method: "POST", headers, body: JSON.stringify(body) });
  return (await answer.json()).client_id;
}

async function send(origin, to, fields, cookie = "") {
  const headers = { origin, cookie, "content-type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(fields).toString();
  const answer = await fetch(origin + to, { method: "POST", headers, body, redirect: "manual" });
  if (answer.status !== 303) throw new Error(`${to}: ${answer.status}`);
  return answer;
}
