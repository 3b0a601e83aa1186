import type { AuditEvent } from "../audit/audit-event.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { Awaitable } from "../lib/result.js";

/** Which page of a history to return. */
export interface ClientHistoryRequest {
  /** `next` of the previous page. If omitted, the newest events. */
  readonly before?: number;
  /** The maximum number of events, from 1 to 1,000. Default 100. */
  readonly limit?: number;
}

/** An audit event with its position in the log. */
export interface ClientHistoryEntry {
  /** Its position in the log. */
  readonly position: number;
  /** The event. */
  readonly event: AuditEvent;
}

/** A page of the audit events of a client. */
export interface ClientHistoryPage {
  /** Newest first. A page with a `next` may have fewer events than its limit, or none. */
  readonly events: readonly ClientHistoryEntry[];
  /** Pass it as `before` to get older events. Missing on the last page. */
  readonly next?: number;
}

/**
 * Reads the audit events whose `clientId` is this one, the newest first. The audit log of `@oauth-dcr/store-sql` has such a
 * function.
 */
export type ReadClientHistory = (
  clientId: string,
  page: Required<Pick<ClientHistoryRequest, "limit">> & ClientHistoryRequest,
) => Awaitable<ClientHistoryPage>;

/** The history of a client, or `{ isKept: false }` without `readHistory`. */
export type ClientHistory =
  | ({ readonly isKept: true } & ClientHistoryPage)
  /** The audit events cannot be read back, such as from a stream. See `readHistory` of `ClientAdministrationOptions`. */
  | { readonly isKept: false };

const MOST_EVENTS = 1000;

/**
 * @throws MisuseError for an unknown option, or one that makes no sense
 */
export async function clientHistory(
  clientId: string,
  options: ClientHistoryRequest,
  read: ReadClientHistory | undefined,
): Promise<ClientHistory> {
  requireKnownOptions("history", options, ["before", "limit"] satisfies (keyof ClientHistoryRequest)[]);
  const { before, limit = 100 } = options;
  requirePositiveInteger(limit, "ERR_OPTION", "limit");
  requireThat(limit <= MOST_EVENTS, "ERR_OPTION", `limit: must be at most ${MOST_EVENTS}`);
  if (before !== undefined) requirePositiveInteger(before, "ERR_OPTION", "before");
  if (!read) return { isKept: false };
  return { isKept: true, ...(await read(clientId, { limit, ...(before !== undefined && { before }) })) };
}
