import { banner } from "../serving/banner.js";
import { serve as startServer } from "../serving/serve.js";
import { SETTINGS, type Flag } from "../settings/setting-table.js";
import { parseSettings } from "../settings/settings.js";
import { warningsOf } from "./server-warnings.js";
import type { Command } from "../command-line/command.js";

/** What is left then waits for something that does not answer, such as a PostgreSQL that stays silent. */
const LONGEST_STOP_MILLISECONDS = 4_800;

/** Runs until a signal stops it. */
export const serve: Command = {
  name: "serve",
  says: "serve OAuth 2.0 client registration until a signal stops it",
  answersWithData: false,
  settings: Object.keys(SETTINGS) as Flag[],
  examples: [
    ["serve", "a server for MCP clients on port 8787, with a SQLite file in this folder"],
    [
      "serve --issuer https://as.example --database postgres://db/oauth --audit stdout,database",
      "behind a TLS proxy, with PostgreSQL and an audit log that audit verify checks",
    ],
    ["serve --console --audit stdout,database", "with the operator's console on port 8788"],
    ["serve --preset token-gated", "only callers with a token of oauth-dcr token issue may register"],
  ],
  async run({ values, environment }) {
    const settings = parseSettings(values, environment);
    for (const warning of warningsOf(settings)) console.error(`oauth-dcr: warning: ${warning}`);
    // Whoever reads the output may go away; the server stays, and each event that is lost is told on the error stream.
    process.stdout.on("error", () => undefined);
    process.stderr.on("error", () => undefined);

    const starting = startServer(settings);
    const stop = (): void => {
      process.off("SIGTERM", stop).off("SIGINT", stop);
      setTimeout(() => process.exit(), LONGEST_STOP_MILLISECONDS).unref();
      // What goes wrong at the start is told by the command.
      starting.then((server) => server.close()).catch(() => undefined);
    };
    process.on("SIGTERM", stop).on("SIGINT", stop);
    const server = await starting;
    console.log(banner(server, settings));
    if (server.console) printLinks(server.console.signInLink);
    void server.lost.then(async (error) => {
      console.error(`oauth-dcr: ${error.message}`);
      process.exitCode = 1;
      await server.close();
    });
    return 0;
  },
};

/** A link works once and for minutes. Whoever may send this process a signal may have another one. */
function printLinks(signInLink: () => string | undefined): void {
  if (process.platform === "win32") return;
  process.on("SIGUSR2", () => console.log(`  console   ${signInLink() ?? "the proxy signs operators in"}`));
}
