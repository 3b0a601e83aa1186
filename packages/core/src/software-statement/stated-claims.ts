import { payloadOf } from "../json-web-token/payload.js";
import type { JsonObject } from "../lib/json.js";
import type { RegisteredClient } from "../store/records.js";

/**
 * What somebody else than the client has said of it in the statement that it was registered with, which was verified then; empty
 * where nobody has.
 * @see RFC 7591 section 2.3 https://www.rfc-editor.org/rfc/rfc7591#section-2.3
 */
export function statedClaims({
  softwareStatement,
  origin,
}: Pick<RegisteredClient, "softwareStatement" | "origin">): JsonObject {
  const { softwareStatementIssuer, hasSelfSignedStatement = false } = origin;
  if (softwareStatement === undefined || softwareStatementIssuer === undefined) return {};
  if (hasSelfSignedStatement) return {};
  return payloadOf(softwareStatement) ?? {};
}
