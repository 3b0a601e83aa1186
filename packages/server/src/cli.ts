import { banner } from "./banner.js";
import { serve } from "./serve.js";
import { parseSettings, SettingError, type Settings } from "./settings.js";
import { settingsTable, usage } from "./usage.js";

/** Exit codes: 0 served and drained, 1 could not start, 2 called wrongly. */
async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === "--help" || command === "-h" || command === "help" || args.includes("--help")) {
    console.log(args.includes("--markdown") ? settingsTable() : usage());
    return;
  }
  if (command !== "serve") {
    console.error(usage());
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

async function run(settings: Settings): Promise<void> {
  if (!settings.rateLimit) {
    console.error(
      "oauth-dcr: warning: the rate limit is off; anybody can fill the database as fast as they can send",
    );
  }
  const server = await serve(settings, (event) => console.log(JSON.stringify(event)));
  console.log(banner(server));

  const stop = (): void => {
    process.off("SIGTERM", stop).off("SIGINT", stop);
    void server.close();
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
}

function explain(error: unknown): string {
  const { code, message, port } = error as { code?: string; message?: string; port?: number };
  if (code === "EADDRINUSE") return `port ${port ?? ""} is in use; choose another with --port`;
  if (code === "EACCES") return `may not listen on port ${port ?? ""}; choose another with --port`;
  return message ?? String(error);
}

await main(process.argv.slice(2));
