import { hmac } from "@oslojs/crypto/hmac";
import { SHA256 } from "@oslojs/crypto/sha2";
import { encodeBase64 } from "@oslojs/encoding";
import { requireThat } from "../lib/misuse.js";
import { readSecrets } from "./webhook-secrets.js";

/** What is signed. */
export interface SignableWebhook {
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
 * @param secrets one signature is made with each: give the new and the old secret while receivers change over. Each is
 *   `whsec_` and 24 to 64 random bytes in base64
 * @throws MisuseError for a secret of another form, and for an `id` or `timestamp` that cannot be sent
 * @example
 * ```ts
 * import { signWebhook } from "@oauth-dcr/core/webhooks";
 *
 * declare const secret: string;
 * const body = JSON.stringify({ type: "client.disabled", timestamp: new Date().toISOString(), data: {} });
 * const timestamp = Math.floor(Date.now() / 1000);
 * const headers = { ...signWebhook({ id: "msg_1", timestamp, body }, [secret]), "content-type": "application/json" };
 * await fetch("https://receiver.example/hooks", { method: "POST", headers, body });
 * ```
 * @see RFC 2104 https://www.rfc-editor.org/rfc/rfc2104
 * @see Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(webhook: SignableWebhook, secrets: readonly string[]): WebhookHeaders {
  return signWith(webhook, readSecrets("signWebhook", secrets));
}

export function signWith(webhook: SignableWebhook, keys: readonly Uint8Array[]): WebhookHeaders {
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
