import * as fc from "fast-check";
import Database from "libsql";
import { expect, it } from "vitest";
import { openSqliteAuditLog } from "../src/index.js";
import { auditEvent, recordAll } from "./audit-support.js";

type Table = "audit_event" | "audit_head";
interface Row {
  readonly position: number;
  readonly event?: string;
  readonly hash: string;
}

/** What somebody does to a table: the rows that it has afterwards. */
interface Manipulation {
  readonly of: Table;
  readonly to: (rows: readonly Row[]) => readonly Row[];
}

const COLUMNS = { audit_event: ["position", "event", "hash"], audit_head: ["position", "hash"] } as const;

/** Which row of its table; there may be none. */
const index = fc.nat(7);
const table = fc.constantFrom<Table>("audit_event", "audit_head");
const text = fc.string({ unit: "binary", maxLength: 20 });
const position = fc.oneof(fc.integer({ min: -3, max: 12 }), fc.maxSafeInteger());
const hash = fc.oneof(fc.constant("0".repeat(64)), fc.stringMatching(/^[0-9a-f]{64}$/), text);

const manipulation: fc.Arbitrary<Manipulation> = fc.oneof(
  fc
    .record({ of: table, index, row: fc.record({ position, event: text, hash }), column: fc.nat(2) })
    .map(({ of, index: changed, row, column }): Manipulation => {
      const name = COLUMNS[of][column % COLUMNS[of].length]!;
      return {
        of,
        to: (rows) => rows.map((each, at) => (at === changed ? { ...each, [name]: row[name] } : each)),
      };
    }),
  fc.record({ of: table, index }).map(({ of, index: removed }): Manipulation => ({
    of,
    to: (rows) => rows.filter((_, at) => at !== removed),
  })),
  fc
    .record({ of: table, row: fc.record({ position, event: text, hash }) })
    .map(({ of, row }): Manipulation => ({
      of,
      to: (rows) => [...rows, row],
    })),
  // Two rows change places, as a whole or in one column.
  fc
    .record({ one: index, other: index, columns: fc.subarray(["event", "hash"] as const, { minLength: 1 }) })
    .map(({ one, other, columns }): Manipulation => ({
      of: "audit_event",
      to: (rows) =>
        rows.map((row, at) => {
          const from = rows[at === one ? other : at === other ? one : at] ?? row;
          return { ...row, ...Object.fromEntries(columns.map((column) => [column, from[column]])) };
        }),
    })),
);

it("finds every single change of a cell, and every row that was removed, added or moved", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 8 }),
      manipulation,
      async (names, { of, to }) => {
        const database = new Database(":memory:");
        const log = openSqliteAuditLog(database);
        await recordAll(
          log,
          names.map((name) => auditEvent(name)),
        );
        expect(await log.verify()).toMatchObject({ ok: true, events: names.length });

        const columns = COLUMNS[of];
        const bytes = (): string => {
          const hex = columns.map((column) => `hex(${column}) AS ${column}`).join(", ");
          return JSON.stringify(database.prepare(`SELECT ${hex} FROM ${of} ORDER BY position`).all());
        };
        const before = bytes();
        const rows = to(database.prepare(`SELECT * FROM ${of} ORDER BY position`).all() as Row[]);
        // The table itself keeps no two events at one position.
        fc.pre(of === "audit_head" || new Set(rows.map((row) => row.position)).size === rows.length);
        database.exec(`DELETE FROM ${of}`);
        const insert = database.prepare(
          `INSERT INTO ${of} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
        );
        for (const row of rows) insert.run(...columns.map((column) => row[column]));
        fc.pre(bytes() !== before);

        expect(await log.verify()).toMatchObject({ ok: false });
        found += 1;
        log.close();
      },
    ),
    { numRuns: 500 },
  );
  // Otherwise this test has changed nothing.
  expect(found).toBe(500);
});
