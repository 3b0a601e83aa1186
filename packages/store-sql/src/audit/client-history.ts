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
  { limit, before = Number.MAX_SAFE_INTEGER }: { readonly limit: number; readonly before?: number },
  { schema, eventClient }: Dialect,
  rows: (query: Query) => Promise<readonly Row[]>,
): Promise<ClientHistoryPage> {
  const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
  if (!isWhole(limit) || limit > MOST_EVENTS || !isWhole(before)) {
    throw new MisuseError("ERR_OPTION", `limit: must be from 1 to ${MOST_EVENTS}, and before a position`);
  }
  const text = JSON.stringify(clientId);
  const found = await rows({
    sql: `SELECT position, event FROM ${schema}audit_event
      WHERE ${eventClient.indexed} = ${eventClient.given} AND position < ? ORDER BY position DESC LIMIT ?`,
    values: [text, before, limit],
  });
  const last = found.length === limit ? Number(found.at(-1)?.["position"]) : undefined;
  return {
    events: found.flatMap((row) => entryOf(row, clientId)),
    ...(last !== undefined && last > 1 && { next: last }),
  };
}

function entryOf(row: Row, clientId: string): readonly ClientHistoryEntry[] {
  try {
    const event = JSON.parse(row["event"] as string) as AuditEvent & { readonly clientId?: unknown };
    return event.clientId === clientId ? [{ position: Number(row["position"]), event }] : [];
  } catch {
    // Somebody changed it: `verify` tells.
    return [];
  }
}
