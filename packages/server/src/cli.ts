import { MisuseError, type AuditEvent } from "@oauth-dcr/core";
import { banner } from "./banner.js";
import { serve } from "./serve.js";
import { parseSettings, SettingError, type Settings } from "./settings.js";
import { runTokenCommand } from "./token-command.js";
import { settingsTable, usage } from "./usage.js";

/** Exit codes: 0 served and drained, 1 could not start, 2 called wrongly. */
async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === "--help" || command === "-h" || command === "help" || args.includes("--help")) {
    console.log(args.includes("--markdown") ? settingsTable() : usage());
    return;
  }
  if (command === "token") {
    await tokenCommand(args);
    return;
  }
  if (command !== "serve") {
    console.error(
      command === undefined ? usage() : `oauth-dcr: unknown command "${command}"; try oauth-dcr help`,
    );
    process.exitCode = 2;
    return;
  }
  try {
    await run(parseSettings(args, process.env));
  } catch (error) {
    console.error(`oauth-dcr: ${explain(error)}`);
    process.exitCode = error instanceof SettingError ? 2 : 1;
  }
}

async function tokenCommand(args: readonly string[]): Promise<void> {
  process.umask(0o077);
  try {
    console.log(await runTokenCommand(args, process.env));
  } catch (error) {
    console.error(`oauth-dcr: ${explain(error)}`);
    process.exitCode = error instanceof SettingError || error instanceof MisuseError ? 2 : 1;
  }
}

async function run(settings: Settings): Promise<void> {
  if (!settings.rateLimit && settings.preset !== "token-gated") {
    console.error(
      "oauth-dcr: warning: the rate limit is off; anybody can fill the database as fast as they can send",
    );
  }
  // Registrations are nobody's business but this process's: files that it makes are its owner's alone.
  process.umask(0o077);
  // Whoever reads the output may go away; the server stays, and each event that is lost is told on the error stream.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);

  const starting = serve(settings, writeLine);
  const stop = (): void => {
    process.off("SIGTERM", stop).off("SIGINT", stop);
    // What goes wrong at the start is told below.
    starting.then((server) => server.close()).catch(() => undefined);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  console.log(banner(await starting));
}

/** Writes an event as a JSON line; fails when it could not be written. */
function writeLine(event: AuditEvent): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${JSON.stringify(event)}\n`, (error) => (error ? reject(error) : resolve()));
  });
}

function explain(error: unknown): string {
  const { code, message, port } = error as { code?: string; message?: string; port?: number };
  if (code === "EADDRINUSE") return `port ${port ?? ""} is in use; choose another with --port`;
  if (code === "EACCES") return `may not listen on port ${port ?? ""}; choose another with --port`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return "this machine has no such address; check --host";
  return message ?? String(error);
}

await main(process.argv.slice(2));
