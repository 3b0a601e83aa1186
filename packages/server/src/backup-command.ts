import { EVERYWHERE, parseFlags, type CommandAnswer, type Environment } from "./command-line.js";
import { onDatabase } from "./operator-registration.js";
import { SettingError } from "./setting-error.js";

export const BACKUP_USAGE =
  "oauth-dcr backup FILE | restore FILE     each with [--database FILE/URL] [--config FILE]; backup while a server runs, restore into a new one";

/**
 * `oauth-dcr backup FILE` writes all that the database holds at one instant into a new file, while a server runs on it, and
 * reads the file again. `oauth-dcr restore FILE` makes a new database of it. Both answer one JSON line with what is in it.
 *
 * @throws SettingError for a wrong call
 * @throws Error for a file or a database that is there already, and for a backup that is damaged
 */
export async function runBackupCommand(
  command: "backup" | "restore",
  args: readonly string[],
  environment: Environment,
): Promise<CommandAnswer> {
  const { values, positionals } = parseFlags(args, EVERYWHERE, true);
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new SettingError(`${command} takes the path of one file`);
  const line = {
    subcommand: command,
    argument: file,
    values,
    takes: (flag: string) => EVERYWHERE.includes(flag),
  };
  return onDatabase(
    line,
    environment,
    async (database) => {
      const contents = await (command === "backup" ? database.backUp(file) : database.restore(file));
      return { text: JSON.stringify({ file, database: database.place, ...contents }), exitCode: 0 };
    },
    command === "restore",
  );
}
