import { hmac } from "@oslojs/crypto/hmac";
import { SHA256 } from "@oslojs/crypto/sha2";
import { encodeBase64 } from "@oslojs/encoding";
import { requireThat } from "../lib/misuse.js";

/** What is signed. */
interface SignableWebhook {
  /** Names the message. It stays the same when the message is sent again. No full stop, at most 255 characters. */
  readonly id: string;
  /** When it is sent, in whole seconds since the epoch. */
  readonly timestamp: number;
  /** The body, exactly as it is sent. */
  readonly body: string;
}

/** The headers of a signed webhook. */
export interface WebhookHeaders {
  /** Names the message. */
  readonly "webhook-id": string;
  /** When it was sent, in seconds since the epoch. */
  readonly "webhook-timestamp": string;
  /** One signature for each secret, `v1,` and base64, separated by spaces. */
  readonly "webhook-signature": string;
}

const encoder = new TextEncoder();

/**
 * Signs a webhook with HMAC-SHA-256 in the form of Standard Webhooks, so that receivers can verify it with one of its
 * libraries.
 *
 * @param keys one signature is made with each
 * @throws MisuseError for an `id` or `timestamp` that cannot be sent
 * @see RFC 2104 https://www.rfc-editor.org/rfc/rfc2104
 * @see Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(webhook: SignableWebhook, keys: readonly Uint8Array[]): WebhookHeaders {
  const { id, timestamp, body } = webhook;
  requireThat(/^[\w-]{1,255}$/.test(id), "ERR_OPTION", "signWebhook: id: letters, digits, _ and - alone");
  requireThat(
    Number.isSafeInteger(timestamp) && timestamp >= 0,
    "ERR_OPTION",
    "signWebhook: timestamp: must be whole seconds since the epoch",
  );
  const signed = encoder.encode(`${id}.${timestamp}.${body}`);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": keys.map((key) => `v1,${encodeBase64(signatureOf(signed, key))}`).join(" "),
  };
}

/** The HMAC-SHA-256 of what is signed. */
export function signatureOf(signed: Uint8Array, key: Uint8Array): Uint8Array {
  return hmac(SHA256, key, signed);
}
