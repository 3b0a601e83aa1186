import { err, ok, type Result } from "../lib/result.js";

/** Reads a body piece by piece. Returns `false` for a piece after which nothing more is to be read. */
type TakePiece = (piece: Uint8Array | undefined) => boolean;

/**
 * Reads a body as UTF-8. Cancels it as soon as it is longer than `maxBytes`, is not UTF-8, or `signal` fires. Counts the bytes that
 * arrive, and ignores `Content-Length`. Rejects if the body breaks off.
 */
export async function readText(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result<string, "too_large" | "media_type">> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  const problem = await readPieces(body, maxBytes, signal, (piece) => {
    try {
      text += decoder.decode(piece, { stream: piece !== undefined });
      return true;
    } catch {
      return false;
    }
  });
  return problem ? err(problem) : ok(text);
}

/** Reads a body as bytes, with the same limits. */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Result<Uint8Array<ArrayBuffer>, "too_large" | "media_type">> {
  const pieces: Uint8Array[] = [];
  const problem = await readPieces(body, maxBytes, signal, (piece) => {
    if (piece) pieces.push(piece);
    return true;
  });
  if (problem) return err(problem);
  const bytes = new Uint8Array(pieces.reduce((size, { byteLength }) => size + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return ok(bytes);
}

async function readPieces(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  signal: AbortSignal,
  take: TakePiece,
): Promise<"too_large" | "media_type" | undefined> {
  if (!body) return undefined;
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (let size = 0; ;) {
      const { done, value } = await reader.read();
      // A cancelled body ends like a complete one.
      signal.throwIfAborted();
      size += value?.byteLength ?? 0;
      if (size > maxBytes) return "too_large";
      if (!take(done ? undefined : value)) return "media_type";
      if (done) return undefined;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}
