import { parseArgs } from "node:util";
import { mayExist, openStore } from "./open-store.js";
import { databaseSetting } from "./settings.js";
import { SettingError } from "./setting-error.js";

export const CLIENTS_USAGE = "oauth-dcr clients count [--database FILE]";

/**
 * `oauth-dcr clients count`: how many clients a database has in each state and in all, as one JSON line, while a server
 * runs on it or not. One that has expired and is not swept yet counts as `expired` alone.
 *
 * @throws SettingError for a wrong call, StoreOpenError for a database that cannot be opened
 */
export async function runClientsCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const file = databaseSetting(parse(args), environment);
  if (file === undefined) {
    throw new SettingError("--database (or OAUTH_DCR_DATABASE) must name the file that the server uses");
  }
  if (!mayExist(file)) throw new SettingError(`there is no database ${file}`);
  const opened = await openStore(file);
  try {
    const counts = await opened.store.countClients(Math.floor(Date.now() / 1000));
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return JSON.stringify({ ...counts, total });
  } finally {
    await opened.close();
  }
}

/** Answers what `--database` says. */
function parse(args: readonly string[]): string | undefined {
  let parsed;
  try {
    const options = { database: { type: "string" } } as const;
    parsed = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new SettingError(
      error instanceof Error ? (error.message.split(". ")[0] ?? "") : "unreadable flags",
    );
  }
  const isCount = parsed.positionals.length === 1 && parsed.positionals[0] === "count";
  if (!isCount) throw new SettingError("clients takes count and nothing else; try oauth-dcr help");
  return parsed.values.database;
}
