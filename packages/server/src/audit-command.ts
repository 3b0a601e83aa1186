import type { AuditProblem, AuditVerification } from "@oauth-dcr/store-sql";
import { explainProblem } from "./audit-problem.js";
import { headFileOf, readPrivateKey, readPublicKey, readSigned, writeSigned } from "./audit-key.js";
import { parseCommandLine, type CommandAnswer, type CommandLine, type Environment } from "./command-line.js";
import { durationSeconds } from "./duration.js";
import { onDatabase } from "./operator-registration.js";
import { SettingError } from "./setting-error.js";

export const AUDIT_USAGE =
  "oauth-dcr audit verify [--expected-head POSITION:HASH] [--checkpoint POSITION:HASH] [--public-key FILE [--signed-within TIME]]\n" +
  "                             | sign --key FILE [--checkpoint POSITION:HASH] | prune --older-than TIME [--public-key FILE]     each with [--database FILE/URL] [--config FILE]";

const SUBCOMMANDS = {
  verify: { flags: ["expected-head", "checkpoint", "public-key", "signed-within"] },
  sign: { flags: ["key", "checkpoint"] },
  prune: { flags: ["older-than", "public-key"] },
};

/**
 * `oauth-dcr audit verify`: walks the chain of audit events in a database, while a server runs on it or not. Answers one
 * JSON line: the number of events and the head, or the first position at which the chain is broken, with exit code 1. The
 * exit code is 1 too where no event was ever recorded: then there is no log to rely on. With `--public-key` a head must be
 * signed by that key, and with `--signed-within` since such a time. With `--checkpoint` nothing may be pruned beyond it. The
 * error stream says what to do.
 *
 * `oauth-dcr audit sign`: verifies the chain and signs its head. What was signed is kept in a file beside the key: the chain
 * must lead through it the next time, and nothing may have been pruned but up to `--checkpoint`, as `prune` printed it.
 *
 * `oauth-dcr audit prune`: deletes the events that are older than a time, such as `90d`. Answers how many, and the
 * checkpoint from which `verify` goes on. With `--public-key` it first verifies the log by the signed head, as `verify` does,
 * and deletes nothing where that fails.
 *
 * @throws SettingError for a wrong call
 * @throws StoreOpenError, or the error of a PostgreSQL server, for a database that cannot be opened
 */
export async function runAuditCommand(
  args: readonly string[],
  environment: Environment,
): Promise<CommandAnswer> {
  if (args.some((arg) => /^--audit(=|$)/.test(arg))) {
    throw new SettingError("audit takes no --audit: name the database of the log as --database");
  }
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
  requireHead("expected-head", expectedHead, "as an earlier audit verify printed it");
  const expectedCheckpoint = line.values["checkpoint"];
  requireHead("checkpoint", expectedCheckpoint, "as audit prune printed it");
  const { "public-key": keyFile, "signed-within": within } = line.values;
  const seconds = within === undefined ? Infinity : duration("signed-within", within);
  if (within !== undefined && keyFile === undefined) {
    throw new SettingError("--signed-within needs --public-key");
  }
  const options = {
    ...(expectedHead !== undefined && { expectedHead }),
    ...(expectedCheckpoint !== undefined && { expectedCheckpoint }),
    ...(keyFile !== undefined && { publicKey: await readPublicKey(keyFile) }),
  };
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const verification = await log.verify(options);
    const problem = !verification.ok
      ? explainProblem(verification)
      : isEmpty(verification)
        ? nothingRecorded(database.place)
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
  const signed = await readSigned(keyFile);
  const checkpoint = line.values["checkpoint"];
  requireHead("checkpoint", checkpoint, "as audit prune printed it");
  const position = Number((checkpoint ?? "0").split(":")[0]);
  const isPruned = Number((signed.expectedHead ?? "0").split(":")[0]) < position;
  const expected = {
    // Of a head that the operator has pruned nobody can tell whether the chain led through it.
    ...(signed.expectedHead !== undefined && !isPruned && { expectedHead: signed.expectedHead }),
    ...(signed.expectedCheckpoint !== undefined && { expectedCheckpoint: signed.expectedCheckpoint }),
    ...(checkpoint !== undefined && { expectedCheckpoint: checkpoint }),
  };
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    if (isEmpty(await log.verify())) throw new Error(nothingRecorded(database.place));
    const signing = await log.sign({ privateKey, ...expected });
    if (signing.ok) await writeSigned(keyFile, signing.head, signing.checkpoint ?? `0:${"0".repeat(64)}`);
    else console.error(`oauth-dcr: nothing was signed: ${whyUnsigned(signing.problem, keyFile)}`);
    return { text: JSON.stringify(signing), exitCode: signing.ok ? 0 : 1 };
  });
}

function whyUnsigned(problem: AuditProblem, keyFile: string): string {
  const file = headFileOf(keyFile);
  switch (problem) {
    case "pruned":
      return `events were pruned since the head in ${file} was signed; where audit prune --public-key did that, give what it printed as --checkpoint`;
    case "missing":
    case "rewritten":
      return `the chain does not lead through the head in ${file}, or is broken; where an older backup was restored, move that file away`;
    default:
      return "the chain is broken";
  }
}

function nothingRecorded(place: string): string {
  return `no audit event was ever recorded in ${place}; start the server with --audit database, or name the file of --audit database:PATH as --database`;
}

/** @throws SettingError for what is no head */
function requireHead(flag: string, text: string | undefined, reason: string): void {
  if (text === undefined || /^\d+:[0-9a-f]{64}$/.test(text)) return;
  throw new SettingError(`--${flag} must be POSITION:HASH, ${reason}`);
}

async function pruneLog(line: CommandLine, environment: Environment): Promise<CommandAnswer> {
  const seconds = duration("older-than", line.values["older-than"] ?? "");
  const keyFile = line.values["public-key"];
  const publicKey = keyFile === undefined ? undefined : await readPublicKey(keyFile);
  return onDatabase(line, environment, async (database) => {
    const log = await database.openAuditLog();
    const before = Math.floor(Date.now() / 1000) - seconds;
    const pruning = await log.prune({ before, ...(publicKey && { publicKey }) });
    if (!pruning.ok) console.error(`oauth-dcr: nothing was pruned: ${explainProblem(pruning)}`);
    return { text: JSON.stringify(pruning), exitCode: pruning.ok ? 0 : 1 };
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
