import { one, type ExitCode } from "../command-line/answer.js";
import type { Call, Command } from "../command-line/command.js";
import { withProgress } from "../terminal/progress.js";
import { onDatabase } from "../command-line/operator-registration.js";

export const backup: Command = {
  name: "backup",
  says: "write a consistent snapshot of the database to a new file",
  more: "Servers may run on the database meanwhile. The command reads the file again before it ends, to check that it is complete.",
  arguments: [{ name: "FILE", says: "the file to make; it must not exist" }],
  examples: [["backup clients.backup", "back up the database of this folder"]],
  run: (call) => moved(call, "backup"),
};

export const restore: Command = {
  name: "restore",
  says: "create a new database from a backup",
  more: "The database must not exist: restore replaces nothing. Restore into a new file or schema, check it with oauth-dcr status, and then start the server on it.",
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
