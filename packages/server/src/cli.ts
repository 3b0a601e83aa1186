import { MisuseError } from "@oauth-dcr/core";
import { runAuditCommand } from "./audit-command.js";
import { runBackupCommand } from "./backup-command.js";
import { banner } from "./banner.js";
import { runClientsCommand } from "./clients-command.js";
import type { CommandAnswer, Environment } from "./command-line.js";
import { configSchema } from "./config-schema.js";
import { serve } from "./serve.js";
import { SettingError } from "./setting-error.js";
import { parseSettings, type Settings } from "./settings.js";
import { takesLogs } from "./telemetry.js";
import { runTokenCommand } from "./token-command.js";
import { settingsTable, usage } from "./usage.js";
import { runWebhooksCommand } from "./webhooks-command.js";

type Command = (args: readonly string[], environment: Environment) => Promise<CommandAnswer>;

/** The commands of an operator, which print an answer and end. */
const COMMANDS: ReadonlyMap<string | undefined, Command> = new Map<string | undefined, Command>([
  ["token", runTokenCommand],
  ["clients", runClientsCommand],
  ["audit", runAuditCommand],
  ["webhooks", runWebhooksCommand],
  ["backup", async (args, environment) => runBackupCommand("backup", args, environment)],
  ["restore", async (args, environment) => runBackupCommand("restore", args, environment)],
]);

/** Exit codes: 0 served and drained, or done; 1 could not start, or went wrong; 2 called wrongly. */
async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === "--help" || command === "-h" || command === "help" || args.includes("--help")) {
    const isSchema = args.includes("--config-schema");
    console.log(isSchema ? configSchema() : args.includes("--markdown") ? settingsTable() : usage());
    return;
  }
  const run = COMMANDS.get(command);
  if (run) {
    await printed(run(args, process.env));
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
    await runServer(parseSettings(args, process.env));
  } catch (error) {
    console.error(`oauth-dcr: ${explain(error)}`);
    process.exitCode = error instanceof SettingError ? 2 : 1;
  }
}

/** Prints what a command answers. */
async function printed(answer: Promise<CommandAnswer>): Promise<void> {
  try {
    const { text, exitCode } = await answer;
    if (text !== "") console.log(text); // no client or token is no line
    process.exitCode = exitCode;
  } catch (error) {
    console.error(`oauth-dcr: ${explain(error)}`);
    process.exitCode = error instanceof SettingError || error instanceof MisuseError ? 2 : 1;
  }
}

/** What is left then waits for something that does not answer, such as a PostgreSQL that stays silent. */
const LONGEST_STOP_MILLISECONDS = 4_800;

async function runServer(settings: Settings): Promise<void> {
  if (!settings.rateLimit && settings.preset !== "token-gated") {
    console.error(
      "oauth-dcr: warning: the rate limit is off; anybody can fill the database as fast as they can send",
    );
  }
  if (settings.quota !== undefined && settings.lifecycle.unusedTtlSeconds === undefined) {
    console.error(
      "oauth-dcr: warning: a quota without --unused-ttl is for good: clients that nobody uses count until they are deleted",
    );
  }
  if (settings.audit.includes("opentelemetry") && !takesLogs()) {
    console.error(
      "oauth-dcr: warning: no OpenTelemetry SDK takes log records; load one with NODE_OPTIONS=--import=FILE, or the audit events are lost",
    );
  }
  if (settings.webhooks.length > 0 && !settings.audit.includes("database")) {
    console.error(
      "oauth-dcr: warning: webhooks wait in memory and are lost when this process ends; give --audit database to keep them",
    );
  }
  // Whoever reads the output may go away; the server stays, and each event that is lost is told on the error stream.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);

  const starting = serve(settings);
  const stop = (): void => {
    process.off("SIGTERM", stop).off("SIGINT", stop);
    setTimeout(() => process.exit(), LONGEST_STOP_MILLISECONDS).unref();
    // What goes wrong at the start is told below.
    starting.then((server) => server.close()).catch(() => undefined);
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  const server = await starting;
  console.log(banner(server, settings));
  void server.lost.then(async (error) => {
    console.error(`oauth-dcr: ${error.message}`);
    process.exitCode = 1;
    await server.close();
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

// Registrations and tokens are nobody's business but this process's: files that it makes are its owner's alone.
process.umask(0o077);
await main(process.argv.slice(2));
