import { AddressRefusedError, type OutgoingConnection } from "../guarded-fetch/outgoing-connection.js";
import { outgoingUrl } from "../guarded-fetch/outgoing-url.js";
import { requireThat } from "../lib/misuse.js";
import type { WebhookHeaders } from "./sign-webhook.js";

/** Sends one message. Resolves with `undefined` when it was taken, and otherwise with the reason in words. Never rejects. */
export type SendWebhook = (headers: WebhookHeaders, body: string) => Promise<string | undefined>;

const LONGEST_PROBLEM = 200;

/**
 * @param url of the operator. It may be `http`, or lead into a private network, only where they say so
 * @param closing ends what is under way, and what is sent later
 * @throws MisuseError for a URL that nobody should connect to
 */
export function webhookSender(
  connection: OutgoingConnection,
  url: string,
  timeoutSeconds: number,
  allowPrivateUrl: boolean,
  closing: AbortSignal,
): SendWebhook {
  const target = allowPrivateUrl ? privateUrl(url) : publicUrl(url);
  requireThat(
    target !== undefined,
    "ERR_OPTION",
    allowPrivateUrl
      ? "webhookDelivery: endpoint.url: must be an http or https URL without user information and fragment"
      : "webhookDelivery: endpoint.url: must be an https URL of a public host; see allowPrivateUrl",
  );

  // One listener for all: Node.js warns of a leak where more than ten hang on a signal.
  const underWay = new Set<AbortController>();
  closing.addEventListener("abort", () => {
    for (const controller of underWay) controller.abort();
  });

  return async (signatures, body) => {
    const { controller, release } = limited(AbortSignal.timeout(Math.ceil(timeoutSeconds * 1000)));
    const { signal } = controller;
    underWay.add(controller);
    if (closing.aborted) controller.abort();
    const headers = { ...signatures, "content-type": "application/json", "user-agent": "oauth-dcr" };
    try {
      const {
        status,
        type,
        body: answer,
      } = await untilAborted(signal, connection({ url: target, headers, body, signal }));
      // What a receiver says is not read: only its status counts.
      void answer?.cancel().catch(() => undefined);
      if (type === "opaqueredirect") return "redirected";
      return status >= 200 && status < 300 ? undefined : `status ${status}`;
    } catch (error) {
      if (error instanceof AddressRefusedError) return "special-use address";
      return signal.aborted ? "no answer in time" : `unreachable: ${textOf(error)}`;
    } finally {
      underWay.delete(controller);
      release();
    }
  };
}

function publicUrl(text: string): URL | undefined {
  const url = outgoingUrl(text);
  return url.ok ? url.value : undefined;
}

function privateUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") return undefined;
  return url.username === "" && url.password === "" && url.hash === "" ? url : undefined;
}

/** `AbortSignal.any` of Node.js 20 never tells of a time limit once memory was collected. A listener holds the signal. */
function limited(limit: AbortSignal) {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  limit.addEventListener("abort", abort, { once: true });
  return { controller, release: (): void => limit.removeEventListener("abort", abort) };
}

/** A connection that ignores the signal keeps no other message waiting. */
function untilAborted(signal: AbortSignal, work: Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const tooLate = (): void => {
      reject(new Error("no answer in time"));
      void work.then(({ body }) => body?.cancel()).catch(() => undefined);
    };
    if (signal.aborted) tooLate();
    signal.addEventListener("abort", tooLate, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", tooLate));
  });
}

function textOf(error: unknown): string {
  const { cause = error } = error as { readonly cause?: unknown };
  const { code, message } = cause as { readonly code?: unknown; readonly message?: unknown };
  return String(code ?? message ?? cause).slice(0, LONGEST_PROBLEM);
}
