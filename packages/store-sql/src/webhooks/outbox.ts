import { MisuseError } from "@oauth-dcr/core";
import type { WebhookQueue } from "@oauth-dcr/core/webhooks";
import type { Transition } from "../sql/transition.js";
import { webhookTransitions } from "./transitions.js";
import type { WebhookOutbox } from "./webhook-outbox.js";

/** Runs a transition in a transaction of its own. */
type Run = <Outcome>(make: () => Transition<Outcome>) => Promise<Outcome>;

/**
 * The outbox of a database, however that runs its transactions.
 *
 * @param beforeNext brings events into the log that are committed and not in it yet
 */
export function webhookOutbox(
  transitions: ReturnType<typeof webhookTransitions>,
  run: Run,
  beforeNext: () => Promise<void> = () => Promise.resolve(),
): WebhookOutbox {
  return {
    async openQueue(endpoint) {
      requireName(endpoint);
      await run(() => transitions.open(endpoint));
      return Object.freeze<WebhookQueue>({
        async next(request) {
          await beforeNext();
          return run(() => transitions.next(endpoint, request));
        },
        settle: async (holder, settlement) => run(() => transitions.settle(endpoint, holder, settlement)),
        release: async (holder) => run(() => transitions.release(endpoint, holder)),
      });
    },
    async listDead(after = ":0") {
      const { endpoint, position } = readAfter(after);
      const messages = await run(() => transitions.listDead(endpoint, position));
      const last = messages.at(-1);
      return { messages, ...(last && { next: `${last.endpoint}:${last.position}` }) };
    },
    redeliver: async (id) => run(() => transitions.redeliver(id ?? null)),
  };
}

function requireName(endpoint: string): void {
  if (typeof (endpoint as unknown) === "string" && /^[\w.-]{1,100}$/.test(endpoint)) return;
  throw new MisuseError("ERR_OPTION", "openQueue: endpoint: 1 to 100 letters, digits, full stops, _ and -");
}

function readAfter(after: string): { readonly endpoint: string; readonly position: number } {
  const [, endpoint, position] = /^([\w.-]{0,100}):(\d{1,15})$/.exec(after) ?? [];
  if (endpoint !== undefined) return { endpoint, position: Number(position) };
  throw new MisuseError("ERR_OPTION", "listDead: after: must be the next of an earlier page");
}
