import type { AuditEvent } from "@oauth-dcr/core";
import type {
  QueuedEvent,
  WebhookBatch,
  WebhookMessage,
  WebhookQueueRequest,
  WebhookSettlement,
} from "@oauth-dcr/core/webhooks";
import type { Dialect } from "../sql/statements.js";
import { query, type Row, type SqlValue, type Transition } from "../sql/transition.js";
import { webhookStatements } from "./statements.js";
import type { DeadWebhook } from "./webhook-outbox.js";

/** How many events one round looks at. */
const EVENTS_AT_A_TIME = 256;
/** How many dead messages of an endpoint are kept. */
const MOST_DEAD = 10_000;
const DEAD_AT_A_TIME = 100;
const REDELIVERED_AT_A_TIME = 1000;
/** A lease is not written anew for less than this. */
const WORTH_EXTENDING_SECONDS = 5;

/**
 * What delivering webhooks does to the database. All that was taken at the first attempt is a cursor over the audit log;
 * only what has to wait, or was given up, has a row of its own. Positions in the log have no gaps, so that the cursor passes
 * no event that is committed later.
 *
 * @param now the time by the clock of the database: leases are compared by one clock alone
 */
export function webhookTransitions(dialect: Dialect, now: string) {
  const sql = webhookStatements(dialect, now);

  /** A new endpoint begins where the log ends. */
  function* open(endpoint: string): Transition<void> {
    yield* query(sql.openEndpoint, endpoint);
  }

  function* next(endpoint: string, request: WebhookQueueRequest): Transition<WebhookBatch | undefined> {
    const { holder, leaseSeconds, limit } = request;
    const [row] = yield* query(sql.lockEndpoint, endpoint);
    if (!row) throw new Error(`The webhook endpoint ${endpoint} is gone from the database`);
    const left = Number(row["seconds_left"]);
    const isOurs = row["holder"] === holder;
    if (!isOurs && left > 0) return undefined;
    if (!isOurs || left <= leaseSeconds - WORTH_EXTENDING_SECONDS) {
      yield* query(sql.lease, holder, leaseSeconds, endpoint);
    }

    const [head] = yield* query(sql.checkpoint);
    const pruned = Number(head?.["pruned_position"] ?? 0);
    const before = Number(row["position"]);
    const cursor = Math.max(before, pruned);
    if (cursor > before) yield* query(sql.moveCursor, cursor, endpoint);
    const lanes = yield* query(sql.countLanes, endpoint);
    const due = lanes.length === 0 ? [] : yield* query(sql.readDue, endpoint, endpoint, request.now, limit);
    const events = yield* query(sql.readEvents, cursor, EVENTS_AT_A_TIME);
    return {
      cursor,
      due: due.map(messageOf),
      waiting: new Map(lanes.map((lane) => [lane["lane"] as string, Number(lane["waiting"])])),
      events: events.map(eventOf),
      lost: cursor - before,
    };
  }

  function* settle(
    endpoint: string,
    holder: string,
    { cursor, delivered, waiting, dead, now, retryAll }: WebhookSettlement,
  ): Transition<number | undefined> {
    const [row] = yield* query(sql.lockEndpoint, endpoint);
    if (row?.["holder"] !== holder) return undefined;
    if (retryAll) yield* query(sql.retryAll, now, endpoint);
    if (delivered.length > 0)
      yield* query(sql.deleteMessages, JSON.stringify(delivered.map((at) => [at])), endpoint);
    const rows = [
      ...waiting.map((one) => rowOf(endpoint, one, one.retryAt, null, one.problem)),
      ...dead.map((one) => rowOf(endpoint, one, 0, now, one.problem)),
    ];
    if (rows.length > 0) yield* query(sql.putMessages, JSON.stringify(rows));
    if (cursor > Number(row["position"])) yield* query(sql.moveCursor, cursor, endpoint);
    if (dead.length === 0) return 0;
    return (yield* query(sql.discardDead, endpoint, endpoint, MOST_DEAD)).length;
  }

  function* release(endpoint: string, holder: string): Transition<void> {
    yield* query(sql.release, endpoint, holder);
  }

  /** A page of dead messages, and whether there may be more. */
  function* listDead(endpoint: string, position: number): Transition<readonly DeadWebhook[]> {
    return (yield* query(sql.listDead, endpoint, endpoint, position, DEAD_AT_A_TIME)).map(deadOf);
  }

  function* redeliver(id: string | null): Transition<number> {
    return (yield* query(sql.redeliver, id, id, REDELIVERED_AT_A_TIME)).length;
  }

  return { open, next, settle, release, listDead, redeliver };
}

function rowOf(
  endpoint: string,
  { position, id, lane, body, attempts }: WebhookMessage,
  retryAt: number,
  deadAt: number | null,
  problem: string | undefined,
): readonly SqlValue[] {
  return [endpoint, position, id, lane, body, attempts, retryAt, deadAt, problem ?? null];
}

function messageOf(row: Row): WebhookMessage {
  return {
    position: Number(row["position"]),
    id: row["id"] as string,
    lane: row["lane"] as string,
    body: row["body"] as string,
    attempts: Number(row["attempts"]),
  };
}

/** The hash names the event and all before it, so that no two messages have one id, whichever database they are from. */
function eventOf(row: Row): QueuedEvent {
  return {
    position: Number(row["position"]),
    id: `msg_${(row["hash"] as string).slice(0, 32)}`,
    event: parsed(row["event"]),
  };
}

function parsed(text: unknown): AuditEvent | undefined {
  try {
    const event = JSON.parse(text as string) as AuditEvent | null;
    return typeof event?.type === "string" ? event : undefined;
  } catch {
    // Somebody wrote past the log; `verify` tells where.
    return undefined;
  }
}

function deadOf(row: Row): DeadWebhook {
  return {
    endpoint: row["endpoint"] as string,
    id: row["id"] as string,
    position: Number(row["position"]),
    attempts: Number(row["attempts"]),
    deadAt: Number(row["dead_at"]),
    problem: (row["problem"] as string | null) ?? "",
    body: row["body"] as string,
  };
}
