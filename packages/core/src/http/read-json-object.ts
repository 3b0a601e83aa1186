import type { Failure } from "../failure.js";
import type { EndpointRequest } from "./endpoint-request.js";
import { isJsonObject, type JsonObject } from "../json.js";
import { err, ok, type Result } from "../result.js";

/**
 * Reads a request's body as a JSON object of at most `maxBytes` bytes, counted as they arrive.
 *
 * @see RFC 7591 section 3.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1
 */
export async function readJsonObject(
  request: EndpointRequest,
  parsedBody: unknown,
  maxBytes: number,
): Promise<Result<JsonObject, Failure>> {
  if (!isJsonMediaType(request.headers.get("content-type"))) return err({ kind: "unsupported_media_type" });
  if (parsedBody !== undefined)
    return isJsonObject(parsedBody) ? ok(parsedBody) : err({ kind: "not_an_object" });
  if (Number(request.headers.get("content-length")) > maxBytes)
    return err({ kind: "body_too_large", maxBytes });

  const bytes = await readBytes(request.body, maxBytes);
  return bytes.ok ? parseJsonObject(bytes.value) : bytes;
}

/** `application/json`, with or without parameters; any other type is refused, so no form can post here. */
function isJsonMediaType(contentType: string | null): boolean {
  return contentType?.split(";", 1)[0]?.trim().toLowerCase() === "application/json";
}

async function readBytes(
  body: EndpointRequest["body"],
  maxBytes: number,
): Promise<Result<Uint8Array, Failure>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = body?.getReader();
    for (let part = await reader?.read(); part?.value && !part.done; part = await reader?.read()) {
      length += part.value.byteLength;
      if (length > maxBytes) {
        // Not awaited: how long a platform takes to let go of the upload is not the caller's concern.
        reader?.cancel().catch(() => undefined);
        return err({ kind: "body_too_large", maxBytes });
      }
      chunks.push(part.value);
    }
  } catch {
    return err({ kind: "request_aborted" });
  }
  if (chunks.length === 1 && chunks[0]) return ok(chunks[0]);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return ok(bytes);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseJsonObject(bytes: Uint8Array): Result<JsonObject, Failure> {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return err({ kind: "malformed_utf8" });
  }
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? ok(value) : err({ kind: "not_an_object" });
  } catch {
    return err({ kind: "malformed_json" });
  }
}
