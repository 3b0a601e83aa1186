import { MisuseError, type AuditEvent } from "@oauth-dcr/core";
import type { ClientHistoryEntry, ClientHistoryPage } from "@oauth-dcr/core/administration";
import type { Dialect } from "../sql/statements.js";
import type { Query, Row } from "../sql/transition.js";

/** No page is longer, so that neither the database nor the thread is held for long. */
const MOST_EVENTS = 1000;

/**
 * The audit events of a client, the newest first. The index leads to them, and to a few others where identifiers are long; a
 * page reads no more rows than its limit.
 */
export async function readClientHistory(
  clientId: string,
  page: PageRequest,
  dialect: Dialect,
  rows: ReadRows,
): Promise<ClientHistoryPage> {
  const { indexed, given } = dialect.eventClient;
  const { events, ...next } = await readPage(page, dialect, rows, {
    sql: `${indexed} = ${given} AND`,
    values: [JSON.stringify(clientId)],
  });
  const isOfClient = ({ event }: ClientHistoryEntry): boolean =>
    (event as { readonly clientId?: unknown }).clientId === clientId;
  return { events: events.filter(isOfClient), ...next };
}

/** The audit events before a position, the newest first. */
export async function readEvents(
  page: PageRequest,
  dialect: Dialect,
  rows: ReadRows,
): Promise<ClientHistoryPage> {
  return readPage(page, dialect, rows, { sql: "", values: [] });
}

interface PageRequest {
  readonly limit: number;
  readonly before?: number;
}
type ReadRows = (query: Query) => Promise<readonly Row[]>;

async function readPage(
  { limit, before = Number.MAX_SAFE_INTEGER }: PageRequest,
  { schema }: Dialect,
  rows: ReadRows,
  condition: Query,
): Promise<ClientHistoryPage> {
  const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
  if (!isWhole(limit) || limit > MOST_EVENTS || !isWhole(before)) {
    throw new MisuseError("ERR_OPTION", `limit: must be from 1 to ${MOST_EVENTS}, and before a position`);
  }
  const found = await rows({
    sql: `SELECT position, event FROM ${schema}audit_event
      WHERE ${condition.sql} position < ? ORDER BY position DESC LIMIT ?`,
    values: [...condition.values, before, limit],
  });
  const last = found.length === limit ? Number(found.at(-1)?.["position"]) : undefined;
  return { events: found.flatMap(entryOf), ...(last !== undefined && last > 1 && { next: last }) };
}

function entryOf(row: Row): readonly ClientHistoryEntry[] {
  try {
    const event: unknown = JSON.parse(row["event"] as string);
    if (typeof event !== "object" || event === null) return [];
    return [{ position: Number(row["position"]), event: event as AuditEvent }];
  } catch {
    // Somebody changed it: `verify` tells.
    return [];
  }
}
