import { parseCommandLine, type CommandAnswer, type CommandLine, type Environment } from "./command-line.js";
import { durationSeconds } from "./duration.js";
import { onDatabase } from "./operator-registration.js";
import { SettingError } from "./setting-error.js";

export const AUDIT_USAGE =
  "oauth-dcr audit verify [--expected-head POSITION:HASH] | prune --older-than TIME [--database FILE/URL]";

const SUBCOMMANDS = { verify: { flags: ["expected-head"] }, prune: { flags: ["older-than"] } };

/**
 * `oauth-dcr audit verify`: walks the chain of audit events in a database, while a server runs on it or not. Answers one
 * JSON line: the number of events and the head, or the first position at which the chain is broken, with exit code 1. The
 * exit code is 1 too where no event was ever recorded: then there is no log to rely on.
 *
 * `oauth-dcr audit prune`: deletes the events that are older than a time, such as `90d`. Answers how many, and the
 * checkpoint from which `verify` goes on.
 *
 * @throws SettingError for a wrong call
 * @throws StoreOpenError, or the error of a PostgreSQL server, for a database that cannot be opened
 */
export async function runAuditCommand(
  args: readonly string[],
  environment: Environment,
): Promise<CommandAnswer> {
  const line = parseCommandLine("audit", SUBCOMMANDS, args);
  return line.subcommand === "prune" ? pruneLog(line, environment) : verifyLog(line, environment);
}

async function verifyLog(line: CommandLine, environment: Environment): Promise<CommandAnswer> {
  const expectedHead = line.values["expected-head"];
  if (expectedHead !== undefined && !/^\d+:[0-9a-f]{64}$/.test(expectedHead)) {
    throw new SettingError("--expected-head must be POSITION:HASH, as an earlier audit verify printed it");
  }
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const verification = await log.verify(expectedHead === undefined ? {} : { expectedHead });
    const isEmpty = verification.ok && verification.events === 0 && verification.checkpoint === undefined;
    if (isEmpty) {
      console.error(
        `oauth-dcr: no audit event was ever recorded in ${database.place}; start the server with --audit database, or name the database of another log`,
      );
    }
    return { text: JSON.stringify(verification), exitCode: verification.ok && !isEmpty ? 0 : 1 };
  });
}

async function pruneLog(line: CommandLine, environment: Environment): Promise<CommandAnswer> {
  const seconds = durationSeconds(line.values["older-than"] ?? "");
  if (seconds === undefined) throw new SettingError("--older-than must be a duration such as 90d");
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const pruning = await log.prune({ before: Math.floor(Date.now() / 1000) - seconds });
    return { text: JSON.stringify(pruning), exitCode: 0 };
  });
}
