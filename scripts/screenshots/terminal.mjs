// The operator's commands for the screenshots, in a pseudo terminal that script(1) of util-linux gives.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../workspace.mjs";

const { resolve } = createRequire(join(root, "tests/package.json"));
const { AnsiUp } = await import(pathToFileURL(resolve("ansi_up")));
const PROGRAM = join(root, "packages/server/bin/oauth-dcr.js");

const STATIC_CLIENTS = [
  {
    clientId: "notebook",
    metadata: { client_name: "Notebook for MCP", redirect_uris: ["https://notebook.example/cb"] },
  },
  {
    clientId: "agent",
    metadata: { client_name: "Terminal agent", redirect_uris: ["https://agent.example/cb"] },
  },
  {
    clientId: "claude-2",
    metadata: { client_name: "Claude", redirect_uris: ["https://claude-login.example/cb"] },
  },
  {
    clientId: "planner",
    metadata: { client_name: "Desk planner", redirect_uris: ["https://planner.example/cb"] },
  },
];
const BODY = { client_name: "Demo", redirect_uris: ["javascript:alert(1)"], scope: "tools:read admin" };

const SIZE = { width: 1000 };
/** The commands in a terminal. */
export const TERMINAL_PAGES = [
  {
    name: "terminal-clients",
    ...SIZE,
    open: (tab) =>
      show(tab, [
        "clients list",
        'clients disable claude-2 --reason "not the Claude of claude.ai"',
        "clients show claude-2",
      ]),
  },
  { name: "terminal-explain", ...SIZE, open: (tab) => show(tab, ["explain client.json", "status"]) },
  { name: "terminal-help", ...SIZE, open: (tab) => show(tab, ["clients approve --help"]) },
];

/** Runs commands one after the other on a database of their own, and shows what a terminal showed. */
async function show(tab, commands) {
  const folder = mkdtempSync(join(tmpdir(), "screenshots-"));
  try {
    writeFileSync(join(folder, "client.json"), JSON.stringify(BODY));
    writeFileSync(join(folder, "clients.json"), JSON.stringify(STATIC_CLIENTS));
    const env = { ...process.env, TERM: "xterm-256color", COLUMNS: "110", OAUTH_DCR_AUDIT: "database" };
    const run = (command) =>
      execFileSync("script", ["-qec", `stty cols 110; node '${PROGRAM}' ${command} || true`, "/dev/null"], {
        cwd: folder,
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      });
    execFileSync(process.execPath, [PROGRAM, "token", "issue"], { cwd: folder, env, stdio: "ignore" });
    run("clients add clients.json --issuer https://as.example");
    const html = new AnsiUp();
    const lines = commands.map(
      (command) =>
        `${html.ansi_to_html(`\x1b[1m$ oauth-dcr ${command}\x1b[0m`)}\n${html.ansi_to_html(run(command).replaceAll("\r", ""))}`,
    );
    await tab.setContent(
      `<style>body{margin:0;background:#16181d;color:#e6e6e6;padding:20px 24px}pre{margin:0;font:14px/1.45 ui-monospace,monospace;white-space:pre-wrap}</style><pre>${lines.join("\n")}</pre>`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
