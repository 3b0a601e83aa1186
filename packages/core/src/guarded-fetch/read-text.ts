import { err, ok, type Result } from "../lib/result.js";

/**
 * Reads a body as UTF-8. Cancels it as soon as it is longer than `maxBytes`, is not UTF-8, or `signal` fires. Counts the bytes that
 * arrive, and ignores `Content-Length`. Rejects if the body breaks off.
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result<string, "too_large" | "media_type">> {
  if (!body) return ok("");
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true });
    let text = "";
    for (let size = 0; ;) {
      const { done, value } = await reader.read();
      // A cancelled body ends like a complete one.
      signal.throwIfAborted();
      size += value?.byteLength ?? 0;
      if (size > maxBytes) return err("too_large");
      try {
        text += decoder.decode(value, { stream: !done });
      } catch {
        return err("media_type");
      }
      if (done) return ok(text);
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}
