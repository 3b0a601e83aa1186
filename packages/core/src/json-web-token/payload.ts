import { decodeBase64urlIgnorePadding } from "@oslojs/encoding";
import { isJsonObject, type JsonObject } from "../lib/json.js";

/**
 * What a signed token says, whoever signed it; `undefined` for what is none.
 * @see RFC 7519 section 7.2 https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 */
export function payloadOf(token: string): JsonObject | undefined {
  try {
    const bytes = decodeBase64urlIgnorePadding(token.split(".", 2)[1] ?? "");
    const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isJsonObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
