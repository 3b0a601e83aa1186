import { constantTimeEqual } from "@oslojs/crypto/subtle";
import { decodeBase64 } from "@oslojs/encoding";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { signatureOf } from "./sign-webhook.js";
import type { WebhookPayload } from "./webhook-payload.js";
import { readSecrets } from "./webhook-secrets.js";

/** A webhook as the receiver got it. */
export interface ReceivedWebhook {
  /** The headers of the request: a `Headers`, or the `headers` of a request of Node.js. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The exact body of the request. If you parse it and serialize it again, the signature does not match. */
  readonly body: string | Uint8Array;
}

/** Options of `verifyWebhook`. */
export interface VerifyWebhookOptions {
  /** The secrets that are accepted, each `whsec_` and base64: the new one, and the previous one while you change over. */
  readonly secrets: readonly string[];
  /** How far the time of sending may differ from now, in seconds, from 1 to 86,400. Default: 300. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** A webhook whose signature is valid. */
export interface VerifiedWebhook {
  /**
   * Identifies the message. Store it for at least twice `toleranceSeconds`, and ignore a message whose `id` you have stored: the
   * sender may deliver a message more than once.
   */
  readonly id: string;
  /** What happened. A newer sender may have a `type` that is not known here: ignore such a message. */
  readonly payload: WebhookPayload;
}

/**
 * Why a webhook was not accepted. Answer 400 or 401.
 *
 * - `header_missing`: one of the three headers is missing or has another form.
 * - `timestamp_out_of_tolerance`: it was sent too long ago, or in the future. It may be a replay.
 * - `signature_mismatch`: no signature is valid for one of the secrets.
 * - `body_malformed`: the signature is valid, and the body is no payload.
 */
export type WebhookProblem =
  "header_missing" | "timestamp_out_of_tolerance" | "signature_mismatch" | "body_malformed";

/** More than any sender has secrets. */
const MOST_SIGNATURES = 20;
const LONGEST_HEADER = 4096;

/**
 * Verifies a webhook in the form of Standard Webhooks. Never throws for anything that a sender sends. Compares in constant time.
 *
 * @throws MisuseError for an unknown option, and for an invalid secret
 * @example
 * ```ts
 * import { verifyWebhook } from "@oauth-dcr/core/webhooks";
 *
 * export async function receive(request: Request, secret: string): Promise<Response> {
 *   const webhook = { headers: request.headers, body: await request.text() };
 *   const verified = verifyWebhook(webhook, { secrets: [secret] });
 *   if (!verified.ok) return new Response(verified.error, { status: 400 });
 *   console.log(verified.value.payload.type);
 *   return new Response(null, { status: 204 });
 * }
 * ```
 * @see Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function verifyWebhook(
  webhook: ReceivedWebhook,
  options: VerifyWebhookOptions,
): Result<VerifiedWebhook, WebhookProblem> {
  requireKnownOptions("verifyWebhook", options, [
    "secrets",
    "toleranceSeconds",
    "clock",
  ] satisfies (keyof VerifyWebhookOptions)[]);
  const { toleranceSeconds = 300, clock = Date.now } = options;
  const keys = readSecrets("verifyWebhook", options.secrets);
  requireThat(
    Number.isFinite(toleranceSeconds) && toleranceSeconds >= 1 && toleranceSeconds <= 86_400,
    "ERR_OPTION",
    "verifyWebhook: toleranceSeconds: must be from 1 to 86400",
  );

  const id = header(webhook, "webhook-id");
  const timestamp = header(webhook, "webhook-timestamp");
  const signatures = header(webhook, "webhook-signature");
  if (!/^[^.\s]{1,255}$/.test(id) || !/^\d{1,12}$/.test(timestamp) || signatures === "") {
    return err("header_missing");
  }
  const body = typeof webhook.body === "string" ? encoder.encode(webhook.body) : webhook.body;
  const signed = joined(encoder.encode(`${id}.${timestamp}.`), body);
  const given = signatures.split(" ", MOST_SIGNATURES).flatMap((one) => readSignature(one) ?? []);
  const isValid = keys.some((key) => {
    const expected = signatureOf(signed, key);
    return given.some((one) => constantTimeEqual(one, expected));
  });
  if (!isValid) return err("signature_mismatch");
  if (Math.abs(clock() / 1000 - Number(timestamp)) > toleranceSeconds) {
    return err("timestamp_out_of_tolerance");
  }
  const payload = readPayload(body);
  return payload ? ok({ id, payload }) : err("body_malformed");
}

const encoder = new TextEncoder();

/** Empty where it is missing, there several times, or too long. */
function header({ headers }: ReceivedWebhook, name: keyof HeaderNames): string {
  const value = isHeaders(headers) ? headers.get(name) : headers[name];
  return typeof value === "string" && value.length <= LONGEST_HEADER ? value : "";
}

/** Not by `instanceof`: some frameworks bring a class of their own. */
function isHeaders(headers: ReceivedWebhook["headers"]): headers is Headers {
  return typeof headers.get === "function";
}

interface HeaderNames {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** Signatures of other versions, such as `v1a` of a public key, are not ours to judge. */
function readSignature(text: string): Uint8Array | undefined {
  if (!text.startsWith("v1,")) return undefined;
  try {
    return decodeBase64(text.slice("v1,".length));
  } catch {
    return undefined;
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

function readPayload(body: Uint8Array): WebhookPayload | undefined {
  try {
    const value = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(body),
    ) as Partial<WebhookPayload>;
    const isPayload =
      typeof value.type === "string" && typeof value.timestamp === "string" && typeof value.data === "object";
    return isPayload && (value.data as unknown) !== null ? (value as WebhookPayload) : undefined;
  } catch {
    return undefined;
  }
}
