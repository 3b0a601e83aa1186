import type { AuditEvent, AuditSink } from "../audit/audit-event.js";
import { randomIdentifier, type RandomBytes } from "../crypto/random-token.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger } from "../lib/misuse.js";
import { webhookPayload } from "./webhook-payload.js";
import type { DeadMessage, QueuedEvent, WaitingMessage, WebhookQueue } from "./webhook-queue.js";

/** Options of `memoryWebhookQueue`. */
export interface MemoryWebhookQueueOptions {
  /**
   * The size of the queue in characters of JSON: events, waiting messages and dead messages together. An event that does not fit is
   * lost, and `onError` of the delivery reports it. Default: 4,000,000.
   */
  readonly maxCharacters?: number;
  /** Fills an array with random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: RandomBytes;
}

/** The messages of one endpoint, in the memory of one process. */
export interface MemoryWebhookQueue extends WebhookQueue {
  /** The audit sink. Pass it to `createClientRegistration` as `audit`, alone or in `auditSinks`. */
  readonly record: AuditSink;
  /** How many messages are not delivered yet, without the dead ones. */
  readonly waiting: number;
  /** The messages that the delivery gave up. */
  listDead(): readonly DeadMessage[];
  /** Makes the dead messages due again. Returns how many there were. */
  redeliver(): number;
}

/** How many events one round looks at. */
const EVENTS_AT_A_TIME = 256;

interface Entry {
  readonly message: WaitingMessage | (DeadMessage & { readonly retryAt?: undefined });
  readonly characters: number;
}

/**
 * A queue in memory for one endpoint, for a server without a database. Its messages are lost when the process ends.
 *
 * @throws MisuseError for an unknown or invalid option
 * @example
 * ```ts
 * import { webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { memoryWebhookQueue, webhookDelivery } from "@oauth-dcr/core/webhooks";
 *
 * declare const secret: string;
 *
 * const queue = memoryWebhookQueue();
 * const delivery = webhookDelivery({
 *   endpoint: { name: "billing", url: "https://receiver.example/hooks", secrets: [secret] },
 *   queue,
 *   connection: webConnection(),
 * });
 * export const audit = queue.record;
 * await delivery.deliver();
 * ```
 */
export function memoryWebhookQueue(options: MemoryWebhookQueueOptions = {}): MemoryWebhookQueue {
  requireKnownOptions("memoryWebhookQueue", options, [
    "maxCharacters",
    "randomBytes",
  ] satisfies (keyof MemoryWebhookQueueOptions)[]);
  const { maxCharacters = 4_000_000, randomBytes = (bytes) => void crypto.getRandomValues(bytes) } = options;
  requirePositiveInteger(maxCharacters, "ERR_OPTION", "memoryWebhookQueue: maxCharacters");

  let events: (QueuedEvent & { readonly characters: number })[] = [];
  const entries = new Map<number, Entry>();
  let position = 0;
  let cursor = 0;
  let characters = 0;
  let lost = 0;

  function remove(at: number): void {
    characters -= entries.get(at)?.characters ?? 0;
    entries.delete(at);
  }

  function put(message: Entry["message"]): void {
    remove(message.position);
    const size = message.body.length + message.lane.length;
    entries.set(message.position, { message, characters: size });
    characters += size;
  }

  function waiting(): readonly WaitingMessage[] {
    return [...entries.values()]
      .flatMap(({ message }) => (message.retryAt === undefined ? [] : [message]))
      .sort((one, other) => one.position - other.position);
  }

  function dead(): readonly DeadMessage[] {
    return [...entries.values()]
      .flatMap(({ message }) => (message.retryAt === undefined ? [message] : []))
      .sort((one, other) => one.position - other.position);
  }

  /** Discards the oldest dead messages where that is needed. */
  function hasRoom(size: number): boolean {
    const fits = (): boolean => characters + size <= maxCharacters;
    if (fits()) return true;
    for (const { position: oldest } of dead()) {
      remove(oldest);
      lost += 1;
      if (fits()) return true;
    }
    return false;
  }

  return Object.freeze<MemoryWebhookQueue>({
    record(event: AuditEvent) {
      if (!webhookPayload(event)) return;
      const size = JSON.stringify(event).length;
      if (!hasRoom(size)) {
        lost += 1;
        return;
      }
      characters += size;
      position += 1;
      events.push({ position, id: `msg_${randomIdentifier(randomBytes)}`, event, characters: size });
    },

    next({ now, limit }) {
      const heads = new Map<string, WaitingMessage>();
      const counts = new Map<string, number>();
      for (const message of waiting()) {
        if (!heads.has(message.lane)) heads.set(message.lane, message);
        counts.set(message.lane, (counts.get(message.lane) ?? 0) + 1);
      }
      const due = [...heads.values()].filter(({ retryAt }) => retryAt <= now);
      const told = lost;
      lost = 0;
      return {
        cursor,
        due: due.sort((one, other) => one.retryAt - other.retryAt).slice(0, limit),
        waiting: counts,
        events: events.slice(0, EVENTS_AT_A_TIME),
        lost: told,
      };
    },

    settle(_holder, settlement) {
      if (settlement.retryAll) {
        for (const message of waiting()) put({ ...message, retryAt: settlement.now });
      }
      cursor = settlement.cursor;
      for (const event of events) if (event.position <= cursor) characters -= event.characters;
      events = events.filter((event) => event.position > cursor);
      for (const at of settlement.delivered) remove(at);
      for (const message of settlement.waiting) put(message);
      for (const message of settlement.dead) put(message);
      return 0;
    },

    release: () => undefined,

    get waiting() {
      return events.length + waiting().length;
    },

    listDead: dead,

    redeliver() {
      const again = dead();
      for (const message of again) put({ ...message, attempts: 0, retryAt: 0 });
      return again.length;
    },
  });
}
