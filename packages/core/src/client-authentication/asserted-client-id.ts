import { payloadOf } from "../json-web-token/payload.js";

const MAX_LENGTH = 16_384;

/**
 * Whom an assertion is about, by its own word: enough to look the client up, whose keys then decide. For requests without
 * `client_id`, and to compare with it where both are sent.
 *
 * @see RFC 7521 section 4.2 https://www.rfc-editor.org/rfc/rfc7521#section-4.2
 */
export function assertedClientId(assertion: string): string | undefined {
  if (assertion.length > MAX_LENGTH) return undefined;
  const subject = payloadOf(assertion)?.["sub"];
  return typeof subject === "string" && subject !== "" ? subject : undefined;
}
