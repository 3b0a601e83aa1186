import type { JsonObject } from "../lib/json.js";
import { requireThat } from "../lib/misuse.js";
import { serverMetadataDocument, type CompleteServerMetadata } from "./authorization-server-metadata.js";

/**
 * A document that a server has already, with what registrations are held to in it: a member of ours is published and enforced,
 * and wins; one of which ours says nothing stays.
 *
 * @throws MisuseError for the document of another issuer, and for one that is signed
 * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function mergeServerMetadata(document: object, ours: CompleteServerMetadata): JsonObject {
  const existing = document as JsonObject;
  requireThat(
    existing["issuer"] === undefined || existing["issuer"] === ours.issuer,
    "ERR_SERVER_METADATA",
    "mergeServerMetadata: the document is another issuer's",
  );
  requireThat(
    existing["signed_metadata"] === undefined,
    "ERR_SERVER_METADATA",
    "mergeServerMetadata: what is signed wins over what is enforced (RFC 8414 section 2.1); merge first, and sign the result",
  );
  return JSON.parse(serverMetadataDocument({ ...existing, ...withoutUndefined(ours) })) as JsonObject;
}

function withoutUndefined(metadata: CompleteServerMetadata): CompleteServerMetadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as CompleteServerMetadata;
}
