import type { DatabaseStatus } from "@oauth-dcr/store-sql";
import { one } from "../command-line/answer.js";
import type { Command } from "../command-line/command.js";
import { onDatabase } from "../command-line/operator-registration.js";

type Versions = Pick<DatabaseStatus, "schemaVersion" | "supportedSchemaVersion">;

/** Brings a database to the schema of this version. */
export const migrate: Command = {
  name: "migrate",
  says: "bring the schema of the database to this version",
  more: "A server and the commands that open the clients do the same at their start, so use this only to migrate earlier, or with another account. An older version of oauth-dcr cannot use the database afterwards: make a backup first. With --check nothing is changed, and the exit code is 1 if there is something to do.",
  options: { check: { says: "only check whether a migration is needed" } },
  examples: [
    ["migrate --check", "whether an update has to migrate this database"],
    ["migrate --database postgres://owner@db/oauth", "create or update the schema, by an account that may"],
  ],
  run: (call) =>
    onDatabase(
      call,
      async (database) => {
        const { contents: _, ...before } = await database.status();
        const isCheck = call.values["check"] !== undefined;
        if (!isCheck) await database.openStore();
        const { contents: __, ...after } = isCheck
          ? { ...before, contents: undefined }
          : await database.status();
        const told = { database: database.place, ...schemaOf(after) };
        if (!isCheck) return one({ ...told, migratedFrom: before.schemaVersion ?? 0 });
        const isDone = before.schemaVersion === before.supportedSchemaVersion;
        return { ...one(told), exitCode: isDone ? 0 : 1, ...(!isDone && { problem: migrationNote(before) }) };
      },
      true,
    ),
};

/** The versions of a schema, and what they mean. */
export function schemaOf({ schemaVersion = 0, supportedSchemaVersion }: Versions) {
  return {
    schemaVersion,
    supportedSchemaVersion,
    state:
      schemaVersion === supportedSchemaVersion
        ? "up_to_date"
        : schemaVersion > supportedSchemaVersion
          ? "newer_than_this_version"
          : "to_migrate",
  };
}

/** What to do about a schema of another version. */
export function migrationNote({ schemaVersion = 0, supportedSchemaVersion }: Versions): string {
  return schemaVersion > supportedSchemaVersion
    ? `the schema has version ${schemaVersion}, and this oauth-dcr knows ${supportedSchemaVersion}: update oauth-dcr`
    : `the schema has version ${schemaVersion}: make a backup, then oauth-dcr migrate brings it to ${supportedSchemaVersion}`;
}
