import { searchName } from "@oauth-dcr/core/store";
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
  readonly by?: "name" | "last_used_at";
  /** Where the walk goes. Missing: over everything. */
  readonly within?: Condition;
}

/** One member of a query: how it judges a client, and the index that leads to those that meet it, if there is one. */
interface Criterion {
  readonly judges: Condition;
  readonly walk?: Walk;
}

/**
 * The clients that meet a query. The first member with an index chooses what is walked; the other members judge what the
 * walk meets. A walk for one page ends after `MOST_EXAMINED` rows, so that a page takes no longer for more clients.
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
  const begin = after === undefined ? [] : behind(walk, after);
  const texts = Object.values(query).filter((value) => typeof value === "string");
  if (!begin || !texts.every(isStorable)) return { clients: [] };

  const { schema } = dialect;
  const walked = [...(walk.within ? [walk.within] : []), ...begin];
  const order = walk.by === undefined ? "client_id" : `${walk.by}, client_id`;
  const key = walk.by === undefined ? "" : `, ${walk.by} AS walk_key`;
  // The last row that this page may examine; none where there are fewer.
  const [edge] =
    judges.length === 0
      ? []
      : await rows(
          select(`client_id${key}`, schema + walk.table, walked, `ORDER BY ${order} LIMIT 1 OFFSET ?`, [
            MOST_EXAMINED - 1,
          ]),
        );
  const tables =
    walk.table === "client"
      ? `${schema}client AS client`
      : `${schema}client_term AS walked JOIN ${schema}client AS client USING (client_id)`;
  const conditions = [...walked, ...(edge ? [bound(walk, "<=", edge)] : []), ...judges];
  const found = await rows(
    select(`${CLIENT_COLUMNS.join(", ")}${key}`, tables, conditions, `ORDER BY ${order} LIMIT ?`, [
      limit + 1,
    ]),
  );
  const last = found.length > limit ? found[limit - 1] : edge;
  return { clients: found.slice(0, limit).map(fromRow), ...(last && { next: cursorOf(walk, last) }) };
}

/** The members of a query, those that usually leave least first. */
function criteriaOf(query: ClientQuery, { schema, unindexed }: Dialect): readonly Criterion[] {
  const { source, tier, status, owner, tag, host, text, usedBefore } = query;
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
      walk: { table: "client", within: { sql: `${column} = ? AND ${rare}`, values: [value] } },
    }),
  });
  const between = (by: NonNullable<Walk["by"]>, sql: string, values: readonly SqlValue[]): Criterion => ({
    judges: { sql: sql.replaceAll(by, unindexed(by)), values },
    walk: { table: "client", by, within: { sql, values } },
  });
  const name = text === undefined ? "" : searchName(text);
  return [
    tag !== undefined && term(`tag:${tag}`),
    host !== undefined && term(`host:${host}`),
    owner !== undefined && equals("owner", owner, "owner IS NOT NULL"),
    text !== undefined && between("name", "name >= ? AND name < ?", [name, `${name}\u{10ffff}`]),
    status !== undefined &&
      equals("status", status, RARE_STATUSES.includes(status) ? RARE_STATUS : undefined),
    tier !== undefined && equals("tier", tier, tier === "unknown" ? undefined : RARE_TIER),
    source !== undefined &&
      equals("source", source, USUAL_SOURCES.includes(source) ? undefined : RARE_SOURCE),
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
  const clientId = row["client_id"] as string;
  if (by === undefined) return { sql: `client_id ${compare} ?`, values: [clientId] };
  return { sql: `(${by}, client_id) ${compare} (?, ?)`, values: [row["walk_key"] as SqlValue, clientId] };
}

/** Where a page ended: the identifier, or a JSON array of the key and the identifier. */
function cursorOf({ by }: Walk, row: Row): string {
  const key = by === "last_used_at" ? Number(row["walk_key"]) : row["walk_key"];
  return by === undefined ? (row["client_id"] as string) : JSON.stringify([key, row["client_id"]]);
}

/** `undefined` for what is no cursor of this walk. */
function behind(walk: Walk, after: string): readonly Condition[] | undefined {
  if (!isStorable(after)) return undefined;
  if (walk.by === undefined) return [bound(walk, ">", { client_id: after })];
  try {
    const cursor = JSON.parse(after) as unknown;
    const [key, clientId] = Array.isArray(cursor) ? (cursor as readonly unknown[]) : [];
    const isKey = walk.by === "name" ? typeof key === "string" && isStorable(key) : Number.isSafeInteger(key);
    if (!isKey || typeof clientId !== "string" || !isStorable(clientId)) return undefined;
    return [bound(walk, ">", { walk_key: key, client_id: clientId })];
  } catch {
    return undefined;
  }
}
