import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import { auditSinks, type AuditEvent, type AuditSink, type RegistrationStore } from "@oauth-dcr/core";
import type { AuditLog as StoredAuditLog } from "@oauth-dcr/store-sql";
import type { AuditTarget } from "../settings/audit-targets.js";
import { databaseAt, type Database } from "../database/open-database.js";
import { visibleJson } from "../terminal/visible-text.js";
import { emitAuditEvents } from "../telemetry/telemetry.js";

/** One target or all of them, opened. */
export interface AuditLog {
  /** Takes an event, as a JSON line where it is written; fails when a target could not take it. */
  readonly record: AuditSink;
  /** Reads and verifies the events. Missing: they go where they cannot be read again. */
  readonly stored?: StoredAuditLog;
  /** Is done when all that was recorded is written. */
  close(): Promise<void>;
}

const NEWLINE = 0x0a;

/**
 * Opens where audit events go, and then the store. Where they go to the database, a change is committed with its event.
 *
 * @param database stays the caller's, to be closed behind the log
 * @throws Error for a file that cannot be opened for writing, or what the database throws
 */
export async function openStoreAndLog(
  targets: readonly AuditTarget[],
  database: Database,
): Promise<{ readonly store: RegistrationStore; readonly log: AuditLog }> {
  const logs: AuditLog[] = [];
  for (const target of targets) if (target !== "database") logs.push(await openTarget(target));
  const sinks = logs.map(({ record }) => record);
  const close = async (): Promise<void> => {
    await Promise.all(logs.map(async (log) => log.close()));
  };
  if (!targets.includes("database")) {
    const stored = logs.find((log) => log.stored)?.stored;
    const log = { record: auditSinks(...sinks), ...(stored && { stored }), close };
    return { store: await database.openStore(), log };
  }
  const store = await database.openAuditedStore();
  const stored = store.auditLog;
  return { store, log: { record: auditSinks(...sinks, stored.record), stored, close } };
}

async function openTarget(target: Exclude<AuditTarget, "database">): Promise<AuditLog> {
  if (target === "stdout" || target === "stderr") return writeTo(process[target]);
  if (target === "opentelemetry") return { record: emitAuditEvents(), close: nothing };
  return target.file === undefined ? recordIn(databaseAt(target.database)) : appendTo(target.file);
}

const nothing = (): Promise<void> => Promise.resolve();

function writeTo(stream: NodeJS.WriteStream): AuditLog {
  return {
    record: (event) =>
      new Promise((resolve, reject) => {
        // Somebody may watch: what a client says must not reach a terminal as more than text.
        stream.write(visibleJson(line(event)), (error) => (error ? reject(error) : resolve()));
      }),
    close: nothing,
  };
}

async function recordIn(database: Database): Promise<AuditLog> {
  const stored = await database.openAuditLog();
  return { record: stored.record, stored, close: async () => database.close() };
}

async function appendTo(path: string): Promise<AuditLog> {
  // What is logged of clients is the owner's alone, as the database is.
  const file = await open(path, "a", 0o600).catch((cause: unknown) => {
    const { code = "" } = cause as { code?: string };
    throw new Error(`the audit file ${path} could not be opened (${code})`, { cause });
  });
  // A full disk takes half a line, perhaps from the process before this one. The next line begins on a line of its own.
  let isTorn = await endsInsideLine(path, await file.stat()).catch(() => false);

  /** Answers how many of the bytes were written before the first that could not be. */
  async function append(bytes: Buffer): Promise<{ readonly written: number; readonly error?: unknown }> {
    let written = 0;
    try {
      while (written < bytes.length) {
        const { bytesWritten } = await file.write(bytes, written);
        written += bytesWritten;
        if (bytesWritten > 0) isTorn = bytes[written - 1] !== NEWLINE;
      }
      return { written };
    } catch (error) {
      return { written, error };
    }
  }

  /** Writes the lines that came while others were being written, all at once: a line alone would cost a write each. */
  async function writeWaiting(): Promise<void> {
    while (waiting.length > 0) {
      const lines = waiting.splice(0);
      let end = isTorn ? 1 : 0;
      const { written, error } = await append(
        Buffer.from((isTorn ? "\n" : "") + lines.map(({ text }) => text).join("")),
      );
      for (const { text, resolve, reject } of lines) {
        end += Buffer.byteLength(text);
        if (end <= written) resolve();
        else reject(error);
      }
    }
    // In the same turn that found nothing more, so that no event comes in between and waits for the next one.
    writing = undefined;
  }

  const waiting: {
    readonly text: string;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }[] = [];
  let writing: Promise<void> | undefined;
  return {
    record: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ text: line(event), resolve, reject });
        writing ??= writeWaiting();
      }),
    async close() {
      await writing;
      await file.close();
    },
  };
}

/** Whether what is there already ends inside a line. */
async function endsInsideLine(path: string, stats: Stats): Promise<boolean> {
  // A pipe has no end to look at.
  if (!stats.isFile() || stats.size === 0) return false;
  const file = await open(path, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, stats.size - 1);
    return buffer[0] !== NEWLINE;
  } finally {
    await file.close();
  }
}

function line(event: AuditEvent): string {
  return `${JSON.stringify(event)}\n`;
}
