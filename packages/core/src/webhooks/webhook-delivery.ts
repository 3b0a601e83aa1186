import { randomIdentifier, type RandomBytes } from "../crypto/random-token.js";
import type { OutgoingConnection } from "../guarded-fetch/outgoing-connection.js";
import { nowSeconds } from "../lib/clock.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { troubleTeller } from "./delivery-trouble.js";
import { endpointOutage } from "./endpoint-outage.js";
import { planRound } from "./plan-round.js";
import { webhookRetrySeconds } from "./retry-schedule.js";
import { webhookSender } from "./send-webhook.js";
import { signWebhook } from "./sign-webhook.js";
import { WEBHOOK_EVENT_TYPES, type WebhookEventType } from "./webhook-payload.js";
import type { DeadMessage, WaitingMessage, WebhookMessage, WebhookQueue } from "./webhook-queue.js";
import { readSecrets } from "./webhook-secrets.js";

/** Where webhooks go. */
export interface WebhookEndpoint {
  /** Its name in messages to the operator: 1 to 100 letters, digits, full stops, `_` and `-`. */
  readonly name: string;
  /** Where messages are posted: an https URL of a public host, unless `allowPrivateUrl` says otherwise. */
  readonly url: string;
  /**
   * Secrets, each `whsec_` and 24 to 64 random bytes in base64. Each secret signs every message. To change the secret, list the new
   * and the previous one until the receiver has the new one.
   */
  readonly secrets: readonly string[];
  /** Which events are sent. Default: all of them. */
  readonly events?: readonly WebhookEventType[];
  /**
   * Whether the URL may use `http` and a host in a private network. It needs a `connection` that can reach that host, such as
   * `webConnection()`: `pinnedConnection()` refuses it. Default: `false`.
   */
  readonly allowPrivateUrl?: boolean;
}

/** Options of `webhookDelivery`. */
export interface WebhookDeliveryOptions {
  /** Where webhooks go. */
  readonly endpoint: WebhookEndpoint;
  /** The messages: `memoryWebhookQueue()`, or `openQueue()` of an outbox. Each endpoint has its own. */
  readonly queue: WebhookQueue;
  /** Opens the connections: `pinnedConnection()` of `@oauth-dcr/node`, or `webConnection()`. */
  readonly connection: OutgoingConnection;
  /** The time limit for the receiver's answer, in seconds; more than 0 and at most 60. Default: 10. */
  readonly timeoutSeconds?: number;
  /**
   * Receives errors that an operator should look into: failed attempts, and dead or lost messages. Called at once, and then at most
   * once a minute. Default: writes a line with `console.error`.
   */
  readonly onError?: (error: Error) => void;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Fills an array with random bytes. Default: `crypto.getRandomValues`. */
  readonly randomBytes?: RandomBytes;
}

/** The result of one round. */
export interface WebhookRound {
  /** How many messages the receiver accepted. */
  readonly delivered: number;
  /** How many attempts failed. */
  readonly failed: number;
  /** Whether there may be more to send now. If `false`, wait before the next round. */
  readonly more: boolean;
}

/** Delivers the webhooks of one endpoint. */
export interface WebhookDelivery {
  /**
   * Sends up to 16 messages, at most one for each client, and stores their outcomes. Does nothing while another process delivers for
   * this endpoint. Rounds never overlap. Rejects with the queue's error.
   */
  deliver(): Promise<WebhookRound>;
  /** Aborts deliveries in progress, and lets another process deliver. Aborted messages are sent again later. */
  close(): Promise<void>;
}

/** How many messages are sent at once. */
const AT_ONCE = 16;
/** So that new messages are not held up by those that failed before. */
const RETRIES_AT_ONCE = 8;
/** The time to write what became of the messages. */
const SETTLING_SECONDS = 15;

const NOTHING: WebhookRound = { delivered: 0, failed: 0, more: false };

/**
 * Delivers the webhooks of one endpoint: at least once, and in order for each client. A message counts as delivered when the
 * receiver answers with a status from 200 to 299. Otherwise it is sent again, up to 12 times in about a day, and is dead
 * afterwards. Has no timer: call `deliver()` regularly, or give it to `scheduleWebhooks` of `@oauth-dcr/node`.
 *
 * @throws MisuseError for an unknown or invalid option
 * @example
 * ```ts
 * import { webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { webhookDelivery, type WebhookQueue } from "@oauth-dcr/core/webhooks";
 *
 * declare const queue: WebhookQueue;
 * declare const secret: string;
 *
 * const delivery = webhookDelivery({
 *   endpoint: { name: "billing", url: "https://receiver.example/hooks", secrets: [secret] },
 *   queue,
 *   connection: webConnection(),
 * });
 * while ((await delivery.deliver()).more);
 * ```
 * @see Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhookDelivery(options: WebhookDeliveryOptions): WebhookDelivery {
  requireKnownOptions("webhookDelivery", options, [
    "endpoint",
    "queue",
    "connection",
    "timeoutSeconds",
    "onError",
    "clock",
    "randomBytes",
  ] satisfies (keyof WebhookDeliveryOptions)[]);
  const { endpoint, queue, connection, timeoutSeconds = 10, clock = Date.now } = options;
  const { onError = logError, randomBytes = (bytes) => void crypto.getRandomValues(bytes) } = options;
  const { name, keys, types } = readEndpoint(endpoint);
  require(typeof connection === "function", "connection: must be a function");
  require(typeof (queue as Partial<WebhookQueue> | undefined)?.next === "function", "queue: give it a queue");
  const isTime = Number.isFinite(timeoutSeconds) && timeoutSeconds > 0 && timeoutSeconds <= 60;
  require(isTime, "timeoutSeconds: must be more than 0 and at most 60");

  const closing = new AbortController();
  const isPrivate = endpoint.allowPrivateUrl ?? false;
  const send = webhookSender(connection, endpoint.url, timeoutSeconds, isPrivate, closing.signal);
  const tell = troubleTeller(name, onError, clock);
  const holder = randomIdentifier(randomBytes);
  let underWay: Promise<WebhookRound> | undefined;
  const outage = endpointOutage(nowSeconds(clock));

  async function attempt(message: WebhookMessage): Promise<string | undefined> {
    const { id, body } = message;
    return send(signWebhook({ id, timestamp: nowSeconds(clock), body }, keys), body);
  }

  /** What becomes of a message that was not taken. */
  function afterFailure(
    { position, id, lane, body, attempts }: WebhookMessage,
    problem: string,
    now: number,
  ): WaitingMessage | DeadMessage {
    const message = { position, id, lane, body };
    if (closing.signal.aborted) return { ...message, attempts, retryAt: now };
    const made = attempts + 1;
    const rest = webhookRetrySeconds(made, randomFraction(randomBytes));
    if (rest === undefined) return { ...message, attempts: made, problem };
    return { ...message, attempts: made, problem, retryAt: now + Math.ceil(rest) };
  }

  async function round(): Promise<WebhookRound> {
    const leaseSeconds = Math.ceil(timeoutSeconds) + SETTLING_SECONDS;
    const now = nowSeconds(clock);
    const batch = await queue.next({ holder, leaseSeconds, now, limit: RETRIES_AT_ONCE });
    if (!batch) return NOTHING;
    const { attempts, behind, dead, cursor } = planRound(batch, types, now, AT_ONCE);
    tell({ failed: 0, dead: 0, lost: batch.lost, problem: undefined });
    if (attempts.length === 0 && cursor === batch.cursor) return NOTHING;

    const problems = await Promise.all(attempts.map(attempt));
    const delivered: number[] = [];
    const waiting = [...behind];
    const given = [...dead];
    const then = nowSeconds(clock);
    attempts.forEach((message, index) => {
      const problem = problems[index];
      if (problem === undefined) return void delivered.push(message.position);
      const after = afterFailure(message, problem, then);
      if ("retryAt" in after) waiting.push(after);
      else given.push(after);
    });
    const retryAll = delivered.length > 0 && outage.endsWith(then);
    const settled = { cursor, delivered, waiting, dead: given, now: then, retryAll };
    const discarded = await queue.settle(holder, settled);
    if (delivered.length > 0) outage.success();
    // What failed before tells nothing about the endpoint when it fails again.
    else if (attempts.some((message) => message.attempts === 0)) outage.failure(then);
    const failed = attempts.length - delivered.length;
    const problem = problems.find((one) => one !== undefined) ?? given[0]?.problem;
    if (!closing.signal.aborted) tell({ failed, dead: given.length, lost: discarded ?? 0, problem });
    return { delivered: delivered.length, failed, more: discarded !== undefined };
  }

  return Object.freeze<WebhookDelivery>({
    async deliver() {
      if (closing.signal.aborted) return NOTHING;
      underWay ??= round().finally(() => (underWay = undefined));
      return underWay;
    },
    async close() {
      closing.abort();
      await underWay?.catch(() => undefined);
      await queue.release(holder);
    },
  });
}

function readEndpoint(endpoint: WebhookEndpoint) {
  requireKnownOptions("webhookDelivery: endpoint", endpoint, [
    "name",
    "url",
    "secrets",
    "events",
    "allowPrivateUrl",
  ] satisfies (keyof WebhookEndpoint)[]);
  const { name, secrets, events = WEBHOOK_EVENT_TYPES, allowPrivateUrl = false } = endpoint;
  require(isWebhookEndpointName(name), "endpoint.name: 1 to 100 letters, digits, full stops, _ and -");
  require(typeof allowPrivateUrl === "boolean", "endpoint.allowPrivateUrl: must be true or false");
  const given: unknown = events;
  const areTypes = Array.isArray(given) && given.length > 0 && given.every(isType);
  require(areTypes, `endpoint.events: must be some of ${WEBHOOK_EVENT_TYPES.join(", ")}`);
  return { name, keys: readSecrets("webhookDelivery", secrets), types: new Set(events) };
}

function isType(type: unknown): boolean {
  return WEBHOOK_EVENT_TYPES.some((known) => known === type);
}

/** Whether a text can name an endpoint. */
function isWebhookEndpointName(name: unknown): boolean {
  return typeof name === "string" && /^[\w.-]{1,100}$/.test(name);
}

function require(condition: boolean, message: string): void {
  requireThat(condition, "ERR_OPTION", `webhookDelivery: ${message}`);
}

/** At least 0 and less than 1. */
function randomFraction(randomBytes: RandomBytes): number {
  const bytes = new Uint8Array(4);
  randomBytes(bytes);
  return new DataView(bytes.buffer).getUint32(0) / 2 ** 32;
}

function logError(error: Error): void {
  console.error(`oauth-dcr: ${error.message}`);
}
