import { payloadOf } from "../json-web-token/payload.js";
import type { JsonObject } from "../lib/json.js";
import type { RegisteredClient } from "../store/records.js";

/**
 * The claims of the statement that a client was registered with, which was verified then; empty for one without.
 * @see RFC 7591 section 2.3 https://www.rfc-editor.org/rfc/rfc7591#section-2.3
 */
export function statedClaims({
  softwareStatement,
  origin,
}: Pick<RegisteredClient, "softwareStatement" | "origin">): JsonObject {
  if (softwareStatement === undefined || origin.softwareStatementIssuer === undefined) return {};
  return payloadOf(softwareStatement) ?? {};
}
