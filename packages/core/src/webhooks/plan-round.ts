import { webhookPayload, type WebhookEventType } from "./webhook-payload.js";
import {
  MOST_WAITING,
  MOST_WAITING_OF_CLIENT,
  type DeadMessage,
  type WaitingMessage,
  type WebhookBatch,
  type WebhookMessage,
} from "./webhook-queue.js";

/** What one round does. */
interface Round {
  /** Messages to send now, each of another lane. */
  readonly attempts: readonly WebhookMessage[];
  /** New messages that wait behind others of their lane. */
  readonly behind: readonly WaitingMessage[];
  /** New messages for which their lane has no room. */
  readonly dead: readonly DeadMessage[];
  /** The position up to which events are taken. */
  readonly cursor: number;
}

/**
 * Chooses what is sent now. A message waits where one of the same client waits, and no round sends two of one client. So the
 * order of each client holds, and a client that fails holds up no other.
 *
 * @param limit how many are sent at once
 */
export function planRound(
  batch: WebhookBatch,
  types: ReadonlySet<WebhookEventType>,
  now: number,
  limit: number,
): Round {
  const attempts = [...batch.due];
  const behind: WaitingMessage[] = [];
  const dead: DeadMessage[] = [];
  const waiting = new Map(batch.waiting);
  const begun = new Set<string>();
  let total = [...waiting.values()].reduce((sum, count) => sum + count, 0);
  let { cursor } = batch;

  for (const { position, id, event } of batch.events) {
    const payload = event && webhookPayload(event);
    if (payload && types.has(payload.type)) {
      const lane = payload.data.client_id ?? "";
      const message = { position, id, lane, body: JSON.stringify(payload), attempts: 0 };
      const before = waiting.get(lane) ?? 0;
      if (begun.has(lane) || total >= MOST_WAITING) break;
      if (before >= MOST_WAITING_OF_CLIENT) {
        dead.push({ ...message, problem: "too many messages of the client wait" });
      } else if (before > 0) {
        behind.push({ ...message, retryAt: now });
        waiting.set(lane, before + 1);
        total += 1;
      } else {
        if (attempts.length >= limit) break;
        attempts.push(message);
        begun.add(lane);
        // It may have to wait after all.
        total += 1;
      }
    }
    cursor = position;
  }
  return { attempts, behind, dead, cursor };
}
