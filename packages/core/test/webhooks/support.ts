import type { AuditEvent } from "../../src/audit/audit-event.js";
import type { OutgoingConnection, OutgoingRequest } from "../../src/guarded-fetch/index.js";
import {
  memoryWebhookQueue,
  webhookDelivery,
  type WebhookDeliveryOptions,
  type WebhookPayload,
} from "../../src/webhooks/index.js";

export const SECRET = `whsec_${btoa("a secret of some 32 random bytes")}`;
export const ENDPOINT = { name: "test", url: "https://receiver.example/hooks", secrets: [SECRET] };

/** An event of an operator. */
export function event(
  clientId: string,
  type: "client_disabled" | "client_enabled" = "client_disabled",
): AuditEvent {
  return { type, at: "2026-09-21T14:13:20.000Z", actor: "operator", clientId };
}

/** A message as the receiver got it. */
export interface Received {
  readonly request: OutgoingRequest;
  readonly id: string;
  readonly payload: WebhookPayload;
}

/** A receiver that answers what `answer` says: a status, or nothing at all. */
export function receiver(answer: (received: Received) => number | Promise<number>) {
  const received: Received[] = [];
  const connection: OutgoingConnection = async (request) => {
    const payload = JSON.parse(request.body ?? "") as WebhookPayload;
    const one = { request, id: request.headers["webhook-id"] ?? "", payload };
    received.push(one);
    return new Response(null, { status: await answer(one) });
  };
  return { received, connection };
}

export const clientsOf = (received: readonly Received[]): readonly (string | undefined)[] =>
  received.map(({ payload }) => payload.data.client_id);

/** A delivery from memory, with a clock that stands still. */
export function memoryDelivery(
  answer: (received: Received) => number | Promise<number>,
  more: Partial<WebhookDeliveryOptions> = {},
  maxCharacters?: number,
) {
  const time = { now: Date.parse("2026-09-21T14:13:20.000Z") };
  const queue = memoryWebhookQueue(maxCharacters === undefined ? {} : { maxCharacters });
  const { received, connection } = receiver(answer);
  const errors: string[] = [];
  const delivery = webhookDelivery({
    endpoint: ENDPOINT,
    queue,
    connection,
    clock: () => time.now,
    onError: (error) => errors.push(error.message),
    ...more,
  });
  return {
    queue,
    received,
    errors,
    delivery,
    time,
    /** Goes on until there is nothing to do. */
    deliverAll: async (): Promise<void> => {
      while ((await delivery.deliver()).more);
    },
  };
}
