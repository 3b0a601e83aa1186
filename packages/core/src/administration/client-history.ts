import type { AuditEvent } from "../audit/audit-event.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { Awaitable } from "../lib/result.js";

/** Which part of a history. */
export interface ClientHistoryRequest {
  /** `next` of the page before. If omitted, the newest events. */
  readonly before?: number;
  /** The most events, from 1 to 1,000. Default 100. */
  readonly limit?: number;
}

/** An audit event at its place in the log. */
export interface ClientHistoryEntry {
  /** Its position in the log. */
  readonly position: number;
  /** The event. */
  readonly event: AuditEvent;
}

/** Some of the audit events of a client. */
export interface ClientHistoryPage {
  /** The newest first. A page may have fewer than its limit, even none, while there is a `next`. */
  readonly events: readonly ClientHistoryEntry[];
  /** Give it as `before` for older events. Missing: there are none. */
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

/** What the audit log says about a client, or that nothing can be read there. */
export type ClientHistory =
  | ({ readonly isKept: true } & ClientHistoryPage)
  /** Events go where they cannot be read again, such as to a file. See `ClientAdministrationOptions`. */
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
