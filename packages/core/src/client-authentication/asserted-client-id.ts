import { decodeBase64urlIgnorePadding } from "@oslojs/encoding";
import { isJsonObject } from "../json.js";

const MAX_LENGTH = 16_384;

/**
 * Whom an assertion is about, by its own word: enough to look the client up, whose keys then decide. For requests without
 * `client_id`, and to compare with it where both are sent.
 *
 * @see RFC 7521 section 4.2 https://www.rfc-editor.org/rfc/rfc7521#section-4.2
 */
export function assertedClientId(assertion: string): string | undefined {
  if (assertion.length > MAX_LENGTH) return undefined;
  try {
    const bytes = decodeBase64urlIgnorePadding(assertion.split(".", 2)[1] ?? "");
    const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const subject = isJsonObject(claims) ? claims["sub"] : undefined;
    return typeof subject === "string" && subject !== "" ? subject : undefined;
  } catch {
    return undefined;
  }
}
