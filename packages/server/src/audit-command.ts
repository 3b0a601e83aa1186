import { parseCommandLine, type CommandAnswer, type Environment } from "./command-line.js";
import { onDatabase } from "./operator-registration.js";
import { SettingError } from "./setting-error.js";

export const AUDIT_USAGE = "oauth-dcr audit verify [--expected-head POSITION:HASH] [--database FILE/URL]";

const SUBCOMMANDS = { verify: { flags: ["expected-head"] } };

/**
 * `oauth-dcr audit verify`: walks the chain of audit events in a database, while a server runs on it or not. Answers one
 * JSON line: the number of events and the head, or the first position at which the chain is broken, with exit code 1.
 *
 * @throws SettingError for a wrong call
 * @throws StoreOpenError, or the error of a PostgreSQL server, for a database that cannot be opened
 */
export async function runAuditCommand(
  args: readonly string[],
  environment: Environment,
): Promise<CommandAnswer> {
  const line = parseCommandLine("audit", SUBCOMMANDS, args);
  const expectedHead = line.values["expected-head"];
  if (expectedHead !== undefined && !/^\d+:[0-9a-f]{64}$/.test(expectedHead)) {
    throw new SettingError("--expected-head must be POSITION:HASH, as an earlier audit verify printed it");
  }
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const verification = await log.verify(expectedHead === undefined ? {} : { expectedHead });
    return { text: JSON.stringify(verification), exitCode: verification.ok ? 0 : 1 };
  });
}
