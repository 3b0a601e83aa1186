import { one, type ExitCode } from "../command-line/answer.js";
import type { Call, Command } from "../command-line/command.js";
import { withProgress } from "../terminal/progress.js";
import { onDatabase } from "../command-line/operator-registration.js";

export const backup: Command = {
  name: "backup",
  says: "write all that the database holds at one instant into a new file",
  more: "Servers may run on the database meanwhile. The file is read again before the command ends, so a backup that it made is whole.",
  arguments: [{ name: "FILE", says: "the file to make; it must not exist" }],
  examples: [["backup clients.backup", "back up the database of this folder"]],
  run: (call) => moved(call, "backup"),
};

export const restore: Command = {
  name: "restore",
  says: "make a new database of a backup",
  more: "The database must not exist: restore replaces nothing. Restore into a new file or schema, look at it with oauth-dcr clients count, and then start the server on it.",
  arguments: [{ name: "FILE", says: "the file that oauth-dcr backup made" }],
  examples: [["restore clients.backup --database new.sqlite", "make new.sqlite of the backup"]],
  run: (call) => moved(call, "restore"),
};

function moved(call: Call, command: "backup" | "restore"): Promise<ExitCode> {
  const [file = ""] = call.arguments;
  return onDatabase(
    call,
    async (database) => {
      const contents =
        command === "backup"
          ? await withProgress("rows written", undefined, ({ at }) =>
              database.backUp(file, (rows) => at(rows)),
            )
          : await database.restore(file);
      return one({ file, database: database.place, ...contents });
    },
    command === "restore",
  );
}
