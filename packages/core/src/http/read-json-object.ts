import type { Failure } from "../failure.js";
import type { EndpointRequest } from "./endpoint-request.js";
import { isJsonObject, type JsonObject } from "../lib/json.js";
import { err, ok, type Result } from "../lib/result.js";

/** Reads the JSON object in a signed text. */
export type SignedObjectReader = (text: string) => Promise<Result<JsonObject, Failure>>;

/**
 * Reads a request's body as a JSON object of at most `maxBytes` bytes, counted as they arrive. With `readSigned` the body has
 * to be a JWT.
 *
 * @see RFC 7591 section 3.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1
 */
export async function readJsonObject(
  request: EndpointRequest,
  parsedBody: unknown,
  maxBytes: number,
  readSigned?: SignedObjectReader,
): Promise<Result<JsonObject, Failure>> {
  const mediaType = mediaTypeOf(request.headers.get("content-type"));
  const taken = readSigned ? SIGNED_TYPES : JSON_TYPES;
  if (!taken.includes(mediaType)) return err({ kind: "unsupported_media_type", taken: taken.join(" or ") });
  if (isCoded(request)) return err({ kind: "unsupported_content_encoding" });
  if (parsedBody !== undefined && !readSigned)
    return isJsonObject(parsedBody) ? ok(parsedBody) : err({ kind: "not_an_object" });
  const text = await readBodyText(request, maxBytes);
  if (!text.ok) return text;
  return readSigned ? readSigned(text.value) : parseJsonObject(text.value);
}

/** Reads a request's body as UTF-8 of at most `maxBytes` bytes, counted as they arrive. */
export async function readBodyText(
  request: EndpointRequest,
  maxBytes: number,
): Promise<Result<string, Failure>> {
  const length = Number(request.headers.get("content-length"));
  if (length > maxBytes) return err({ kind: "body_too_large", maxBytes });
  const bytes =
    request.readAll && length > 0
      ? await readWhole(request.readAll(), maxBytes)
      : await readPieces(request.body, maxBytes);
  if (!bytes.ok) return bytes;
  const text = decoded(bytes.value);
  return text === undefined ? err({ kind: "malformed_utf8" }) : ok(text);
}

/**
 * Whether the body has a content coding, such as gzip. A parser of a framework may have undone it: it is refused there as well, so
 * that the answer is the same behind every framework.
 *
 * @see RFC 9110 section 15.5.16 https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16
 */
export function isCoded({ headers }: EndpointRequest): boolean {
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  return coding !== "" && coding !== "identity";
}

/** Any other type is refused, so no form can post here. */
const JSON_TYPES = ["application/json"];
const SIGNED_TYPES = ["application/jwt", "application/jose"];

/** The type without its parameters. */
export function mediaTypeOf(contentType: string | null): string {
  if (contentType === "application/json") return contentType;
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

async function readWhole(
  body: Promise<Uint8Array | ArrayBuffer>,
  maxBytes: number,
): Promise<Result<Uint8Array | ArrayBuffer, Failure>> {
  try {
    const bytes = await body;
    return bytes.byteLength > maxBytes ? err({ kind: "body_too_large", maxBytes }) : ok(bytes);
  } catch {
    return err({ kind: "request_aborted" });
  }
}

/**
 * A piece costs a server some microseconds, however small it is, so that a body of chunks of one byte would cost thousands of
 * times what its bytes do. Clients send pieces of hundreds of bytes; one that sends each token alone has room as well.
 */
function mostPieces(maxBytes: number): number {
  return Math.max(1024, Math.ceil(maxBytes / 64));
}

async function readPieces(
  body: EndpointRequest["body"],
  maxBytes: number,
): Promise<Result<Uint8Array, Failure>> {
  // One buffer that grows, and no list of chunks: an object a chunk would cost hundreds of times the bytes that arrive.
  let bytes = new Uint8Array(1024);
  let length = 0;
  let pieces = 0;
  const maxPieces = mostPieces(maxBytes);
  try {
    const reader = body?.getReader();
    for (let part = await reader?.read(); part?.value && !part.done; part = await reader?.read()) {
      const end = length + part.value.byteLength;
      pieces += part.pieces ?? 1;
      if (end > maxBytes || pieces > maxPieces) {
        // Not awaited: how long a platform takes to let go of the upload is not the caller's concern.
        reader?.cancel().catch(() => undefined);
        if (end > maxBytes) return err({ kind: "body_too_large", maxBytes });
        return err({ kind: "body_in_too_many_pieces", maxPieces });
      }
      if (end > bytes.byteLength)
        bytes = grown(bytes, Math.min(maxBytes, Math.max(end, 2 * bytes.byteLength)));
      bytes.set(part.value, length);
      length = end;
    }
  } catch {
    return err({ kind: "request_aborted" });
  }
  return ok(bytes.subarray(0, length));
}

function grown(bytes: Uint8Array, byteLength: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(byteLength);
  larger.set(bytes);
  return larger;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decoded(bytes: Uint8Array | ArrayBuffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJsonObject(text: string): Result<JsonObject, Failure> {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? ok(value) : err({ kind: "not_an_object" });
  } catch {
    return err({ kind: "malformed_json" });
  }
}
