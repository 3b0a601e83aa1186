import type { AuditVerification } from "@oauth-dcr/store-sql";
import { headFileOf, readPrivateKey, readPublicKey, readSignedHead, writeSignedHead } from "./audit-key.js";
import { parseCommandLine, type CommandAnswer, type CommandLine, type Environment } from "./command-line.js";
import { durationSeconds } from "./duration.js";
import { onDatabase } from "./operator-registration.js";
import { SettingError } from "./setting-error.js";

export const AUDIT_USAGE =
  "oauth-dcr audit verify [--expected-head POSITION:HASH] [--public-key FILE [--signed-within TIME]]\n" +
  "                             | sign --key FILE | prune --older-than TIME     each with [--database FILE/URL]";

const SUBCOMMANDS = {
  verify: { flags: ["expected-head", "public-key", "signed-within"] },
  sign: { flags: ["key"] },
  prune: { flags: ["older-than"] },
};

/**
 * `oauth-dcr audit verify`: walks the chain of audit events in a database, while a server runs on it or not. Answers one
 * JSON line: the number of events and the head, or the first position at which the chain is broken, with exit code 1. The
 * exit code is 1 too where no event was ever recorded: then there is no log to rely on. With `--public-key` a head must be
 * signed by that key, and with `--signed-within` since such a time.
 *
 * `oauth-dcr audit sign`: verifies the chain and signs its head. The head that was signed is kept in a file beside the key,
 * and the chain must lead through it the next time.
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
  switch (line.subcommand) {
    case "prune":
      return pruneLog(line, environment);
    case "sign":
      return signLog(line, environment);
    default:
      return verifyLog(line, environment);
  }
}

async function verifyLog(line: CommandLine, environment: Environment): Promise<CommandAnswer> {
  const expectedHead = line.values["expected-head"];
  if (expectedHead !== undefined && !/^\d+:[0-9a-f]{64}$/.test(expectedHead)) {
    throw new SettingError("--expected-head must be POSITION:HASH, as an earlier audit verify printed it");
  }
  const { "public-key": keyFile, "signed-within": within } = line.values;
  const seconds = within === undefined ? Infinity : duration("signed-within", within);
  if (within !== undefined && keyFile === undefined) {
    throw new SettingError("--signed-within needs --public-key");
  }
  const options = {
    ...(expectedHead !== undefined && { expectedHead }),
    ...(keyFile !== undefined && { publicKey: await readPublicKey(keyFile) }),
  };
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const verification = await log.verify(options);
    const problem = isEmpty(verification)
      ? `no audit event was ever recorded in ${database.place}; start the server with --audit database, or name the database of another log`
      : isSignedLate(verification, seconds)
        ? `no head was signed within ${within ?? ""}: see that audit sign runs, and whether somebody put an older head back`
        : undefined;
    if (problem !== undefined) console.error(`oauth-dcr: ${problem}`);
    return {
      text: JSON.stringify(verification),
      exitCode: verification.ok && problem === undefined ? 0 : 1,
    };
  });
}

async function signLog(line: CommandLine, environment: Environment): Promise<CommandAnswer> {
  const keyFile = line.values["key"];
  if (keyFile === undefined) throw new SettingError("audit sign needs --key FILE");
  const privateKey = await readPrivateKey(keyFile);
  const expectedHead = await readSignedHead(keyFile);
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const signing = await log.sign({ privateKey, ...(expectedHead !== undefined && { expectedHead }) });
    if (signing.ok) await writeSignedHead(keyFile, signing.head);
    else {
      console.error(
        `oauth-dcr: nothing was signed: the chain in ${database.place} is broken, or does not lead through the head in ${headFileOf(keyFile)}`,
      );
    }
    return { text: JSON.stringify(signing), exitCode: signing.ok ? 0 : 1 };
  });
}

async function pruneLog(line: CommandLine, environment: Environment): Promise<CommandAnswer> {
  const seconds = duration("older-than", line.values["older-than"] ?? "");
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const pruning = await log.prune({ before: Math.floor(Date.now() / 1000) - seconds });
    return { text: JSON.stringify(pruning), exitCode: 0 };
  });
}

function duration(flag: string, text: string): number {
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return seconds;
  throw new SettingError(`--${flag} must be a duration such as 90d`);
}

function isEmpty(verification: AuditVerification): boolean {
  return verification.ok && verification.events === 0 && verification.checkpoint === undefined;
}

function isSignedLate(verification: AuditVerification, withinSeconds: number): boolean {
  if (!verification.ok || verification.signedAt === undefined) return false;
  return Date.now() - Date.parse(verification.signedAt) > withinSeconds * 1000;
}
