import { searchName } from "@oauth-dcr/core/store";
import type { RegisteredClient } from "@oauth-dcr/core";
import type { ClientPage, ClientPageRequest, ClientQuery } from "@oauth-dcr/core/store";
import { CLIENT_COLUMNS, fromRow, isStorable } from "./client-row.js";
import type { Dialect } from "./statements.js";
import type { Query, Row, SqlValue } from "./transition.js";

/** How many rows a page reads at most, whatever it is looking for. */
export const MOST_EXAMINED = 2000;

interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** An index that is walked row by row. */
interface Walk {
  /** What is read: the table of clients, or that of their tags and hosts. */
  readonly table: "client" | "client_term";
  /** The column that the rows are sorted by before the identifier. Missing: by the identifier alone. */
  readonly by?: "name" | "last_used_at" | "domains_checked_at";
  /** What tells rows apart that are the same in that column. Missing: the identifier. */
  readonly tie?: Dialect["namesake"];
  /** Where the walk goes. Missing: over everything. */
  readonly within?: Condition;
  /** Where it goes behind a page before: the cursor is the beginning, and SQLite would take the other one. */
  readonly behind?: Condition;
  /** What the column begins with. */
  readonly prefix?: string;
}

/** One member of a query: how it judges a client, and the index that leads to those that meet it, if there is one. */
interface Criterion {
  readonly judges: Condition;
  readonly walk?: Walk;
}

/**
 * The clients that meet a query. The first member with an index chooses what is walked; the other members judge what the
 * walk meets. Each part of a walk ends for one page after `MOST_EXAMINED` rows, so
 * that a page takes no longer for more clients.
 */
export async function findClients(
  query: ClientQuery,
  { after, limit }: ClientPageRequest,
  dialect: Dialect,
  rows: (query: Query) => Promise<readonly Row[]>,
): Promise<ClientPage> {
  const criteria = criteriaOf(query, dialect);
  const walk: Walk = criteria.find((criterion) => criterion.walk)?.walk ?? { table: "client" };
  const judges = criteria.filter((criterion) => criterion.walk !== walk).map((criterion) => criterion.judges);
  const parts = partsOf(walk, after);
  const texts = Object.values(query).filter((value) => typeof value === "string");
  if (!parts || !texts.every(isStorable)) return { clients: [] };

  const clients: RegisteredClient[] = [];
  let end: Row | undefined;
  for (const part of parts) {
    const { found, edge } = await examined(walk, part, judges, limit - clients.length, dialect, rows);
    const isMore = clients.length + found.length > limit;
    const taken = found.slice(0, limit - clients.length);
    clients.push(...taken.map(fromRow));
    end = taken.at(-1) ?? end;
    const last = isMore ? end : edge;
    if (last) return { clients, next: cursorOf(walk, last) };
  }
  return { clients };
}

/**
 * What judges let through in one part of a walk, one more than there is room for, and the last row that was examined where the
 * part has more.
 */
async function examined(
  walk: Walk,
  part: readonly Condition[],
  judges: readonly Condition[],
  room: number,
  { schema }: Dialect,
  rows: (query: Query) => Promise<readonly Row[]>,
): Promise<{ readonly found: readonly Row[]; readonly edge?: Row | undefined }> {
  const { by, tie = "client_id" } = walk;
  const order = by === undefined ? "client_id" : `${by}, ${tie}`;
  const key = by === undefined ? "" : `, ${by} AS walk_key, client.${tie} AS walk_tie`;
  const columns = `${CLIENT_COLUMNS.join(", ")}${key}`;
  const end = `ORDER BY ${order} LIMIT ?`;
  const alone = `${schema}client AS client`;
  const tables =
    walk.table === "client"
      ? alone
      : `${schema}client_term AS walked JOIN ${schema}client AS client USING (client_id)`;
  if (judges.length === 0) return { found: await rows(select(columns, tables, part, end, [room + 1])) };
  const only = walk.table === "client" ? alone : schema + walk.table;
  const [edge] = await rows(
    select(`client_id${key}`, only, part, `ORDER BY ${order} LIMIT 1 OFFSET ?`, [MOST_EXAMINED - 1]),
  );
  if (tie === "client_id") {
    const conditions = [...part, ...(edge ? [bound(walk, "<=", edge)] : []), ...judges];
    return { found: await rows(select(columns, tables, conditions, end, [room + 1])), edge };
  }
  // No condition ends a walk at the number of a row but within one name.
  const inner = select("rowid AS number", alone, part, end, [MOST_EXAMINED]);
  const found = select(
    columns,
    `(${inner.sql}) AS walked JOIN ${alone} ON client.rowid = number`,
    judges,
    end,
    [room + 1],
  );
  return { found: await rows({ sql: found.sql, values: [...inner.values, ...found.values] }), edge };
}

/** The members of a query, those that usually leave least first. */
function criteriaOf(
  query: ClientQuery,
  { schema, unindexed, withPartialIndex, namesake }: Dialect,
): readonly Criterion[] {
  const { source, tier, status, owner, tag, host, text, usedBefore, domainsCheckedBefore } = query;
  const term = (value: string): Criterion => ({
    judges: {
      sql: `EXISTS (SELECT 1 FROM ${schema}client_term AS other
        WHERE other.term = ? AND other.client_id = client.client_id)`,
      values: [value],
    },
    walk: { table: "client_term", within: { sql: "term = ?", values: [value] } },
  });
  const equals = (column: string, value: string, rare?: string): Criterion => ({
    judges: { sql: `${unindexed(column)} = ?`, values: [value] },
    // The index holds the rare values alone; the database uses it where it sees that this is one of them.
    ...(rare !== undefined && {
      walk: { table: "client", within: { sql: withPartialIndex(`${column} = ?`, rare), values: [value] } },
    }),
  });
  const between = (
    by: NonNullable<Walk["by"]>,
    sql: string,
    values: readonly SqlValue[],
    more: Pick<Walk, "tie" | "behind" | "prefix"> = {},
  ): Criterion => ({
    judges: { sql: sql.replaceAll(by, unindexed(by)), values },
    walk: { table: "client", by, within: { sql, values }, ...more },
  });
  const prefix = text === undefined ? "" : searchName(text);
  const end = `${prefix}\u{10ffff}`;
  return [
    tag !== undefined && term(`tag:${tag}`),
    host !== undefined && term(`host:${host}`),
    owner !== undefined && equals("owner", owner, "owner IS NOT NULL"),
    text !== undefined &&
      between("name", "name >= ? AND name < ?", [prefix, end], {
        tie: namesake,
        behind: { sql: "name < ?", values: [end] },
        prefix,
      }),
    status !== undefined &&
      equals("status", status, RARE_STATUSES.includes(status) ? RARE_STATUS : undefined),
    tier !== undefined && equals("tier", tier, tier === "unknown" ? undefined : RARE_TIER),
    source !== undefined &&
      equals("source", source, USUAL_SOURCES.includes(source) ? undefined : RARE_SOURCE),
    domainsCheckedBefore !== undefined &&
      between("domains_checked_at", "domains_checked_at < ?", [domainsCheckedBefore]),
    usedBefore !== undefined && between("last_used_at", "last_used_at < ?", [usedBefore]),
  ].filter((criterion) => criterion !== false);
}

const RARE_STATUSES: readonly string[] = ["awaiting_approval", "disabled"];
const USUAL_SOURCES: readonly string[] = ["open", "initial_access_token"];

/* The conditions of the indexes, word by word. */
const RARE_STATUS = "status IN ('awaiting_approval', 'disabled')";
const RARE_TIER = "tier <> 'unknown'";
const RARE_SOURCE = "source NOT IN ('open', 'initial_access_token')";

function select(
  columns: string,
  tables: string,
  conditions: readonly Condition[],
  end: string,
  endValues: readonly SqlValue[],
): Query {
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}` : "";
  return {
    sql: `SELECT ${columns} FROM ${tables} ${where} ${end}`,
    values: [...conditions.flatMap(({ values }) => values), ...endValues],
  };
}

/** The rows behind a cursor, or up to a row. */
function bound({ by }: Walk, compare: ">" | "<=", row: Row): Condition {
  if (by === undefined) return { sql: `client_id ${compare} ?`, values: [row["client_id"] as string] };
  const values = [row["walk_key"] as SqlValue, row["walk_tie"] as SqlValue];
  return { sql: `(${by}, client_id) ${compare} (?, ?)`, values };
}

/** Where a page ended: the identifier, or a JSON array of the key and what tells the row from others with that key. */
function cursorOf({ by, tie }: Walk, row: Row): string {
  if (by === undefined) return row["client_id"] as string;
  const key = by === "name" ? row["walk_key"] : Number(row["walk_key"]);
  return JSON.stringify([key, tie === "rowid" ? Number(row["walk_tie"]) : row["walk_tie"]]);
}

/** What a page walks over, one part after the other; `undefined` behind what is no cursor of this walk. */
function partsOf(walk: Walk, after: string | undefined): readonly (readonly Condition[])[] | undefined {
  const { by, tie, within, behind = within } = walk;
  if (after === undefined) return [within ? [within] : []];
  if (!isStorable(after)) return undefined;
  const cursor = by === undefined ? { client_id: after } : parseCursor(walk, after);
  if (!cursor) return undefined;
  const further = behind ? [behind] : [];
  if (tie !== "rowid") return [[...further, bound(walk, ">", cursor)]];
  // SQLite finds the place of both at once in no index, and would begin at the first row of that name.
  const { walk_key: name, walk_tie: number } = cursor as { walk_key: string; walk_tie: number };
  return [
    [{ sql: "name = ? AND client.rowid > ?", values: [name, number] }],
    [{ sql: "name > ?", values: [name] }, ...further],
  ];
}

function parseCursor({ by, tie, prefix = "" }: Walk, after: string): Row | undefined {
  try {
    const cursor = JSON.parse(after) as unknown;
    const [key, last] = Array.isArray(cursor) ? (cursor as readonly unknown[]) : [];
    const isText = (value: unknown): value is string => typeof value === "string" && isStorable(value);
    // A name outside what is looked for would begin the walk there.
    const isKey = by === "name" ? isText(key) && key.startsWith(prefix) : Number.isSafeInteger(key);
    const isLast = tie === "rowid" ? Number.isSafeInteger(last) : isText(last);
    return isKey && isLast ? { walk_key: key, walk_tie: last } : undefined;
  } catch {
    return undefined;
  }
}
