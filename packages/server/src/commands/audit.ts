import type { AuditProblem, AuditVerification } from "@oauth-dcr/store-sql";
import { headFileOf, readPrivateKey, readPublicKey, readSigned, writeSigned } from "../audit/audit-key.js";
import { explainProblem } from "../audit/audit-problem.js";
import { one, type ExitCode } from "../command-line/answer.js";
import type { Call, Command, Noun } from "../command-line/command.js";
import { confirmed, YES } from "../command-line/confirm.js";
import { onDatabase } from "../command-line/operator-registration.js";
import { exportEvents, tail } from "./audit-events.js";
import { durationSeconds } from "../settings/duration.js";
import { SettingError } from "../settings/setting-error.js";
import { withProgress } from "../terminal/progress.js";

const WHICH_DATABASE =
  "--database names the database of the log: that of the clients for --audit database, or the file of --audit database:PATH.";
const checkpoint = {
  value: "POSITION:HASH",
  says: "the newest checkpoint that pruning may have reached, as audit prune printed it",
};
const publicKey = { value: "FILE", says: "PEM file of the public key that signs the log" };

const verify: Command = {
  name: "verify",
  says: "verify the chain of audit events, and print the first broken position",
  more: `${WHICH_DATABASE} The exit code is 1 if the chain is broken, or if no event was ever recorded.`,
  options: {
    "expected-head": {
      value: "POSITION:HASH",
      says: "a head that the chain must contain; audit verify printed it",
    },
    checkpoint,
    "public-key": {
      ...publicKey,
      says: "PEM file of a public key: the chain must contain the head that it signed",
    },
    "signed-within": { value: "TIME", says: "how old that signature may be, such as 1d" },
  },
  examples: [
    ["audit verify", "verify the log in the database of this folder"],
    ["audit verify --public-key audit.pub --signed-within 1d", "also detect a truncated or replaced log"],
  ],
  run: verifyLog,
};

const sign: Command = {
  name: "sign",
  says: "verify the chain and sign its head",
  more: `${WHICH_DATABASE} The command writes the signed head to FILE.head. The next run checks that the chain contains it.`,
  options: {
    key: {
      value: "FILE",
      says: "PEM file of an Ed25519 private key, for example from openssl genpkey -algorithm ed25519",
      isRequired: true,
    },
    checkpoint,
  },
  examples: [["audit sign --key /safe/audit.pem", "sign the log as it is now; run it each hour"]],
  run: signLog,
};

const prune: Command = {
  name: "prune",
  says: "delete audit events that are older than a time",
  more: `${WHICH_DATABASE} It prints the checkpoint from which audit verify continues. If you sign the log, give --public-key: the command then verifies the log first, and deletes nothing if that fails.`,
  options: {
    "older-than": {
      value: "TIME",
      says: "the age from which events are deleted, such as 90d",
      isRequired: true,
    },
    "public-key": publicKey,
    ...YES,
  },
  examples: [["audit prune --older-than 90d --public-key audit.pub --yes", "keep the events of 90 days"]],
  run: pruneLog,
};

/** The audit log of a database. */
export const audit: Noun = {
  name: "audit",
  says: "read, verify, sign and prune the audit log in a database",
  commands: [tail, exportEvents, verify, sign, prune],
};

async function verifyLog(call: Call): Promise<ExitCode> {
  const expectedHead = call.values["expected-head"];
  requireHead("expected-head", expectedHead, "as an earlier audit verify printed it");
  const expectedCheckpoint = call.values["checkpoint"];
  requireHead("checkpoint", expectedCheckpoint, "as audit prune printed it");
  const { "public-key": keyFile, "signed-within": within } = call.values;
  const seconds = within === undefined ? Infinity : duration("signed-within", within);
  if (within !== undefined && keyFile === undefined) {
    throw new SettingError("--signed-within needs --public-key");
  }
  const options = {
    ...(expectedHead !== undefined && { expectedHead }),
    ...(expectedCheckpoint !== undefined && { expectedCheckpoint }),
    ...(keyFile !== undefined && { publicKey: await readPublicKey(keyFile) }),
  };
  return onDatabase(call, async (database) => {
    const log = await database.openAuditLog();
    const verification = await withProgress("audit events read", 0, ({ at: onProgress }) =>
      log.verify({ ...options, onProgress }),
    );
    const problem = !verification.ok
      ? explainProblem(verification)
      : isEmpty(verification)
        ? nothingRecorded(database.place)
        : isSignedLate(verification, seconds)
          ? `no head was signed within ${within ?? ""}: see that audit sign runs, and whether somebody put an older head back`
          : undefined;
    return one(verification, problem);
  });
}

async function signLog(call: Call): Promise<ExitCode> {
  const keyFile = call.values["key"] ?? "";
  const privateKey = await readPrivateKey(keyFile);
  const signed = await readSigned(keyFile);
  const checkpoint = call.values["checkpoint"];
  requireHead("checkpoint", checkpoint, "as audit prune printed it");
  const position = Number((checkpoint ?? "0").split(":")[0]);
  const isPruned = Number((signed.expectedHead ?? "0").split(":")[0]) < position;
  const expected = {
    // Of a head that the operator has pruned nobody can tell whether the chain led through it.
    ...(signed.expectedHead !== undefined && !isPruned && { expectedHead: signed.expectedHead }),
    ...(signed.expectedCheckpoint !== undefined && { expectedCheckpoint: signed.expectedCheckpoint }),
    ...(checkpoint !== undefined && { expectedCheckpoint: checkpoint }),
  };
  return onDatabase(call, async (database) => {
    const log = await database.openAuditLog();
    if (isEmpty(await log.verify())) throw new Error(nothingRecorded(database.place));
    const signing = await log.sign({ privateKey, ...expected });
    if (!signing.ok) return one(signing, `nothing was signed: ${whyUnsigned(signing.problem, keyFile)}`);
    await writeSigned(keyFile, signing.head, signing.checkpoint ?? `0:${"0".repeat(64)}`);
    return one(signing);
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

async function pruneLog(call: Call): Promise<ExitCode> {
  const seconds = duration("older-than", call.values["older-than"] ?? "");
  const keyFile = call.values["public-key"];
  const publicKey = keyFile === undefined ? undefined : await readPublicKey(keyFile);
  await confirmed(call, `delete the audit events that are older than ${call.values["older-than"] ?? ""}`);
  return onDatabase(call, async (database) => {
    const log = await database.openAuditLog();
    const before = Math.floor(Date.now() / 1000) - seconds;
    const pruning = await log.prune({ before, ...(publicKey && { publicKey }) });
    return one(pruning, pruning.ok ? undefined : `nothing was pruned: ${explainProblem(pruning)}`);
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
