import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { REDIRECT_MEMBERS } from "../client-metadata/members.js";
import { isSameJson, type JsonValue } from "../lib/json.js";
import type { MetadataChange } from "./audit-event.js";

/**
 * The members whose values an event shows beside the redirect URIs: what a client may do, in words that the server
 * publishes. Of all others it is told that they changed, as their text is the client's own, and what people paste into
 * it nobody knows.
 */
const SHOWN: ReadonlySet<string> = new Set([
  "token_endpoint_auth_method",
  "grant_types",
  "response_types",
  "scope",
  "application_type",
  "subject_type",
]);

/** What differs between two records of one client, member by member. */
export function metadataChanges(before: ClientMetadata, after: ClientMetadata): readonly MetadataChange[] {
  const members = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...members].flatMap((member) => {
    const [from, to] = [before[member], after[member]];
    if (isSameJson(from, to)) return [];
    const change = from === undefined ? "added" : to === undefined ? "removed" : "changed";
    const shown = SHOWN.has(member) ? asIs : REDIRECT_MEMBERS.includes(member) ? uris : undefined;
    return [
      {
        member,
        change,
        ...(shown && from !== undefined && { from: shown(from) }),
        ...(shown && to !== undefined && { to: shown(to) }),
      },
    ];
  });
}

/** The URI less its query, in which some put a token. */
export function withoutQuery(uri: string): string {
  const query = uri.indexOf("?");
  return query === -1 ? uri : `${uri.slice(0, query)}?\u2026`;
}

function asIs(value: JsonValue): JsonValue {
  return value;
}

function uris(value: JsonValue): JsonValue {
  return (value as readonly string[]).map(withoutQuery);
}
