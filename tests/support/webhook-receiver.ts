import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { verifyWebhook, type WebhookPayload } from "@oauth-dcr/core/webhooks";

export const WEBHOOK_SECRET = `whsec_${Buffer.from("a secret of some 32 random bytes").toString("base64")}`;

/** A message whose signature was valid. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly payload: WebhookPayload;
}

export interface WebhookReceiver {
  readonly url: string;
  readonly received: ReceivedWebhook[];
  /** What it answers; 204 unless told. */
  status: number;
  /** How many requests it has answered. */
  answered: number;
  /** Resolves when what was received is enough; looked at whenever a request was answered. */
  until(isEnough: (received: readonly ReceivedWebhook[]) => boolean): Promise<void>;
  readonly close: () => void;
}

/** A receiver of webhooks that takes only what is signed. */
export async function webhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = [];
  let look: () => void = () => undefined;
  const server = createServer((request, response) => {
    text(request).then(
      (body) => {
        const verified = verifyWebhook({ headers: request.headers, body }, { secrets: [WEBHOOK_SECRET] });
        const isTaken = verified.ok && receiver.status < 300;
        if (isTaken) received.push(verified.value);
        response.writeHead(verified.ok ? receiver.status : 401).end();
        receiver.answered += 1;
        look();
      },
      // The sender was killed in the middle of its request.
      () => response.destroy(),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks?key=a-secret-of-the-url`,
    received,
    status: 204,
    answered: 0,
    until: async (isEnough) =>
      new Promise((resolve) => {
        look = () => {
          if (isEnough(received)) resolve();
        };
        look();
      }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return receiver;
}
