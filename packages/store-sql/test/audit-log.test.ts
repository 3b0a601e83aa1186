import { createHash } from "node:crypto";
import type { AuditEvent } from "@oauth-dcr/core";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openSqliteAuditLog, openSqliteStore, type AuditVerification } from "../src/index.js";
import {
  auditEvent,
  pgliteAuditLogs,
  postgresAuditLogs,
  recordAll,
  sqliteAuditLogs,
  type OpenedAuditLog,
} from "./audit-support.js";
import { serverPool } from "./postgres-support.js";
import { client, temporaryFiles } from "./support.js";

const pool = await serverPool();
const DATABASES = [
  sqliteAuditLogs(temporaryFiles()),
  pgliteAuditLogs(),
  ...(pool ? [postgresAuditLogs(pool)] : []),
];

/** More than a verification reads at a time, twice. */
const LENGTH = 600;
const ZEROS = "0".repeat(64);
const GARBAGE = "5".repeat(64);

/** The chain's hash, by another implementation of SHA-256. */
function sha256(previous: string, position: number, event: string): string {
  return createHash("sha256").update(`${previous}\n${position}\n${event}`).digest("hex");
}

const events = (count: number, prefix = ""): readonly AuditEvent[] =>
  Array.from({ length: count }, (_, index) => auditEvent(`${prefix}${index + 1}`));

const broken = (position: number, problem: string): AuditVerification =>
  ({ ok: false, position, problem }) as AuditVerification;

/** Gives every row from a position on another one, past the rule that no two may have the same meanwhile. */
const shift = (from: number, by: number): string =>
  `UPDATE audit_event SET position = -100000 - position WHERE position >= ${from};
   UPDATE audit_event SET position = -100000 - position + ${by} WHERE position < 0`;
const swap = (one: number, other: number): string =>
  `UPDATE audit_event SET position = -1 WHERE position = ${one};
   UPDATE audit_event SET position = ${one} WHERE position = ${other};
   UPDATE audit_event SET position = ${other} WHERE position = -1`;
const insert = (position: number): string =>
  `INSERT INTO audit_event (position, event, hash) VALUES (${position}, '{"type":"forged"}', '${GARBAGE}')`;
const change = (position: number, set: string): string =>
  `UPDATE audit_event SET ${set} WHERE position = ${position}`;
const remove = (condition: string): string => `DELETE FROM audit_event WHERE ${condition}`;
/** An event of another row, without changing how many there are. */
const eventOf = (position: number): string =>
  `(SELECT other.event FROM audit_event AS other WHERE other.position = ${position})`;

const MANIPULATIONS: readonly (readonly [string, string, AuditVerification])[] = [
  ["an event changed", change(300, `event = '{}'`), broken(300, "changed")],
  ["an event changed by a blank", change(300, `event = event || ' '`), broken(300, "changed")],
  ["the first event changed", change(1, `event = '{}'`), broken(1, "changed")],
  ["the last event changed", change(LENGTH, `event = '{}'`), broken(LENGTH, "changed")],
  ["a hash changed", change(300, `hash = '${GARBAGE}'`), broken(300, "changed")],
  ["a hash in capitals", change(300, `hash = upper(hash)`), broken(300, "changed")],
  ["the last hash changed", change(LENGTH, `hash = '${GARBAGE}'`), broken(LENGTH, "changed")],
  ["an event replaced by another's", change(300, `event = ${eventOf(301)}`), broken(300, "changed")],
  ["the first event removed", remove("position = 1"), broken(1, "missing")],
  ["an event removed", remove("position = 300"), broken(300, "missing")],
  ["an event removed at the end of a batch", remove("position = 256"), broken(256, "missing")],
  ["an event removed at the beginning of a batch", remove("position = 257"), broken(257, "missing")],
  ["a whole batch removed", remove("position BETWEEN 257 AND 512"), broken(257, "missing")],
  ["the last event removed", remove(`position = ${LENGTH}`), broken(LENGTH, "missing")],
  ["the last ten events removed", remove(`position > ${LENGTH - 10}`), broken(LENGTH - 9, "missing")],
  ["all events removed", remove("1 = 1"), broken(1, "missing")],
  [
    "an event removed and those behind it moved up",
    `${remove("position = 300")}; ${shift(301, -1)}; UPDATE audit_head SET position = position - 1`,
    broken(300, "changed"),
  ],
  ["two neighbours swapped", swap(300, 301), broken(300, "changed")],
  ["the first and the last swapped", swap(1, LENGTH), broken(1, "changed")],
  ["two swapped across batches", swap(10, 510), broken(10, "changed")],
  [
    "the events of two rows swapped, with the hashes left",
    `${change(LENGTH, `event = ${eventOf(7)}`)}; ${change(7, `event = '${JSON.stringify(auditEvent(LENGTH))}'`)}`,
    broken(7, "changed"),
  ],
  ["a row added behind the last", insert(LENGTH + 1), broken(LENGTH + 1, "added")],
  ["a row added far behind the last", insert(LENGTH + 7), broken(LENGTH + 7, "added")],
  ["a row added before the first", insert(0), broken(0, "added")],
  ["a row added far before the first", insert(-(10 ** 15)), broken(-(10 ** 15), "added")],
  [
    "a row added in between, with the others moved down",
    `${shift(300, 1)}; ${insert(300)}; UPDATE audit_head SET position = position + 1`,
    broken(300, "changed"),
  ],
  ["the head's position raised", "UPDATE audit_head SET position = 1000", broken(LENGTH + 1, "missing")],
  [
    "the head's position raised beyond what a number holds",
    "UPDATE audit_head SET position = 9223372036854775807",
    broken(0, "head_changed"),
  ],
  ["the head's position lowered", "UPDATE audit_head SET position = 599", broken(599, "head_changed")],
  ["the head's position below 0", "UPDATE audit_head SET position = -1", broken(0, "head_changed")],
  ["the head's hash changed", `UPDATE audit_head SET hash = '${GARBAGE}'`, broken(LENGTH, "head_changed")],
  [
    "the head moved back",
    `UPDATE audit_head SET position = 590, hash = (SELECT hash FROM audit_event WHERE position = 590)`,
    broken(591, "added"),
  ],
  ["the head removed", "DELETE FROM audit_head", broken(0, "head_changed")],
  [
    "a second head",
    `INSERT INTO audit_head (position, hash) VALUES (${LENGTH}, '${ZEROS}')`,
    broken(LENGTH, "head_changed"),
  ],
];

describe.each(DATABASES)("the audit log in $name", ({ open }) => {
  async function filled(): Promise<OpenedAuditLog & { readonly head: string }> {
    const opened = await open();
    await recordAll(opened.log, events(LENGTH));
    const verification = await opened.log.verify();
    if (!verification.ok) throw new Error(JSON.stringify(verification));
    return { ...opened, head: verification.head };
  }

  it("begins empty and whole", async () => {
    const { log } = await open();
    const empty = { ok: true, events: 0, head: `0:${ZEROS}` };
    expect(await log.verify()).toEqual(empty);
    expect(await log.verify({ expectedHead: empty.head })).toEqual(empty);
  });

  it.each(["-1", "9223372036854775807"])("finds the head of an empty log moved to %s", async (position) => {
    const { log, run } = await open();
    await run(`UPDATE audit_head SET position = ${position}`);
    expect(await log.verify()).toEqual(broken(0, "head_changed"));
  });

  it("holds each event as its JSON text, in the order of arrival, chained by SHA-256 as documented", async () => {
    const opened = await open();
    const odd = [
      auditEvent("日本 😀 é"),
      auditEvent('quotes " and \\ and \u0000 and \u001f and \n and \u2028 and \ud800'),
      auditEvent("{}", { more: [null, 1e21, { a: "x".repeat(70_000) }] }),
      ...events(LENGTH),
    ];
    await recordAll(opened.log, odd);
    let previous = ZEROS;
    const expected = odd.map((event, index) => {
      const row = { position: index + 1, event: JSON.stringify(event) };
      previous = sha256(previous, row.position, row.event);
      return { ...row, hash: previous };
    });
    expect(await opened.events()).toEqual(expected);
    expect(await opened.log.verify()).toEqual({
      ok: true,
      events: odd.length,
      head: `${odd.length}:${previous}`,
    });
  });

  it.each(MANIPULATIONS)("finds %s", async (_what, sql, verification) => {
    const { log, run } = await filled();
    await run(sql);
    expect(await log.verify()).toEqual(verification);
  });

  it("prunes the oldest events, and verifies from the last of them on", async () => {
    const { log, run } = await open();
    const [OLD, NEW] = ["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"] as const;
    await recordAll(
      log,
      events(LENGTH).map((event) => ({ ...event, at: OLD })),
    );
    const early = await log.verify();
    await recordAll(
      log,
      events(5, "new ").map((event) => ({ ...event, at: NEW })),
    );
    // A late event of an old instant stays behind a new one: what is pruned is one piece.
    await log.record({ ...auditEvent("late"), at: OLD });
    const whole = await log.verify();
    if (!early.ok || !whole.ok) throw new Error("broken");

    const before = Date.parse(NEW) / 1000;
    expect(await log.prune({ before })).toEqual({ ok: true, pruned: LENGTH, checkpoint: early.head });
    const rest = { ok: true, events: 6, head: whole.head, checkpoint: early.head };
    expect(await log.verify()).toEqual(rest);
    for (const expectedHead of [whole.head, early.head])
      expect(await log.verify({ expectedHead })).toEqual(rest);
    expect(await log.verify({ expectedHead: `7:${GARBAGE}` })).toEqual(broken(7, "pruned"));
    expect(await log.verify({ expectedHead: `${LENGTH}:${GARBAGE}` })).toEqual(broken(LENGTH, "rewritten"));
    expect(await log.prune({ before })).toEqual({ ok: true, pruned: 0, checkpoint: early.head });

    await log.record(auditEvent("next"));
    expect(await log.verify()).toMatchObject({ ok: true, events: 7 });
    await run(`UPDATE audit_head SET pruned_hash = '${GARBAGE}'`);
    expect(await log.verify()).toEqual(broken(LENGTH + 1, "changed"));
    await expect(log.prune({ before: before + 1 })).rejects.toThrow(`broken at position ${LENGTH + 1}`);
    await expect(log.prune({ before: NaN })).rejects.toThrow("before");
  });

  it("is whole while somebody prunes it", async () => {
    const { log } = await open();
    await recordAll(log, events(2 * LENGTH));
    const [verification, pruning] = await Promise.all([log.verify(), log.prune({ before: 4_000_000_000 })]);
    expect(verification).toMatchObject({ ok: true });
    expect(pruning).toMatchObject({ pruned: 2 * LENGTH });
    expect(await log.verify()).toMatchObject({
      ok: true,
      events: 0,
      checkpoint: (pruning as { checkpoint: string }).checkpoint,
    });
  });

  it("takes up the chain where it was", async () => {
    const { log, head } = await filled();
    await log.record(auditEvent("one more"));
    expect(await log.verify({ expectedHead: head })).toMatchObject({ ok: true, events: LENGTH + 1 });
  });

  it("finds with a head from before that the end was cut off with the head set to fit, and not without", async () => {
    const { log, run, head } = await filled();
    await run(
      `${remove("position > 590")};
       UPDATE audit_head SET position = 590, hash = (SELECT hash FROM audit_event WHERE position = 590)`,
    );
    expect(await log.verify()).toMatchObject({ ok: true, events: 590 });
    expect(await log.verify({ expectedHead: head })).toEqual(broken(591, "missing"));
    await recordAll(log, events(20, "later "));
    expect(await log.verify()).toMatchObject({ ok: true, events: 610 });
    expect(await log.verify({ expectedHead: head })).toEqual(broken(LENGTH, "rewritten"));
  });

  it.each(["", "600", `0:${GARBAGE}`, `01:${GARBAGE}`, `1:${GARBAGE.slice(1)}`, `-1:${GARBAGE}`])(
    "takes no %j for a head",
    async (expectedHead) => {
      const { log } = await open();
      await expect(log.verify({ expectedHead })).rejects.toMatchObject({ code: "ERR_OPTION" });
    },
  );

  it("tells how far a verification is", async () => {
    const { log } = await filled();
    const told: [read: number, total: number][] = [];
    await log.verify({ onProgress: (read, total) => told.push([read, total]) });
    expect(told).toEqual([
      [256, LENGTH],
      [512, LENGTH],
      [LENGTH, LENGTH],
    ]);
    await expect(log.verify({ onProgress: 5 as never })).rejects.toMatchObject({ code: "ERR_OPTION" });
  });

  it("is whole while others record, and answers for what was there when it was asked", async () => {
    const { log } = await filled();
    const bursts = { left: 20 };
    const recording = (async () => {
      for (; bursts.left > 0; bursts.left -= 1) await recordAll(log, events(10, `burst ${bursts.left}, `));
    })();
    let verifications = 0;
    while (bursts.left > 0) {
      expect(await log.verify()).toMatchObject({ ok: true });
      verifications += 1;
    }
    await recording;
    expect(verifications).toBeGreaterThan(0);
    expect(await log.verify()).toMatchObject({ ok: true, events: LENGTH + 200 });
  });

  it("takes no event without its head, and goes on when it is back", async () => {
    const { log, run, head } = await filled();
    await run("DELETE FROM audit_head");
    await expect(log.record(auditEvent("lost"))).rejects.toThrow("head");
    await run(`INSERT INTO audit_head (position, hash) VALUES (${LENGTH}, '${head.split(":")[1]!}')`);
    await log.record(auditEvent("found"));
    expect(await log.verify()).toMatchObject({ ok: true, events: LENGTH + 1 });
  });
});

describe("the audit log in SQLite", () => {
  const newFile = temporaryFiles();

  it.each([
    ["event", 300],
    ["hash", 300],
  ])("finds an %s that a driver shows as it was", async (column, position) => {
    const database = new Database(newFile());
    const log = openSqliteAuditLog(database);
    await recordAll(log, events(LENGTH));
    const shown = () =>
      database.prepare(`SELECT ${column} FROM audit_event WHERE position = ${position}`).all();
    const before = shown();
    database.exec(change(position, `${column} = ${column} || char(0) || 'and more'`));
    expect(shown()).toEqual(before);
    expect(await log.verify()).toEqual(broken(position, "changed"));
    log.close();
  });

  it("lets others have their turn while it verifies", async () => {
    const log = openSqliteAuditLog(new Database(newFile()));
    await recordAll(log, events(LENGTH));
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    expect(await log.verify()).toMatchObject({ ok: true });
    clearImmediate(next);
    expect(turns).toBeGreaterThanOrEqual(3);
    log.close();
  });

  it("commits what is pending when it is closed, and takes nothing afterwards", async () => {
    const file = newFile();
    const log = openSqliteAuditLog(new Database(file));
    const recorded = recordAll(log, events(300));
    await Promise.resolve(); // They are under way, and no turn of the event loop has passed.
    log.close();
    log.close();
    await recorded;
    await expect(log.record(auditEvent("late"))).rejects.toThrow("closed");
    await expect(log.verify()).rejects.toThrow("closed");
    const again = openSqliteAuditLog(new Database(file));
    expect(await again.verify()).toMatchObject({ ok: true, events: 300 });
    again.close();
  });

  it("shares the file of a store, each on a connection of its own", async () => {
    const file = newFile();
    const store = openSqliteStore(new Database(file));
    const log = openSqliteAuditLog(new Database(file));
    const created = Array.from({ length: 50 }, async (_, index) => {
      await store.createClient(client(`client-${index}`));
      await log.record(auditEvent(index));
    });
    await Promise.all(created);
    store.close();
    expect(await log.verify()).toMatchObject({ ok: true, events: 50 });
    log.close();
  });
});
