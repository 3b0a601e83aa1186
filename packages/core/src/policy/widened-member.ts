import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { REDIRECT_MEMBERS } from "../client-metadata/members.js";

/** Members of which each further entry is a further power, or a further place to send users to. */
const CEILINGS = [
  ...REDIRECT_MEMBERS,
  "grant_types",
  "response_types",
  "scope",
  "authorization_details_types",
];

/** The member of `after` that has an entry which `before` had not, if there is one. */
export function widenedMember(before: ClientMetadata, after: ClientMetadata): string | undefined {
  return CEILINGS.find((member) => {
    const had = entriesOf(before[member]);
    return !entriesOf(after[member]).every((entry) => had.includes(entry));
  });
}

/** The entries of a list or of a scope. A value of a wrong type is one entry: another than any that was there. */
function entriesOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  if (typeof value === "string") return value.split(" ").filter((token) => token !== "");
  return Array.isArray(value) ? value : [value];
}
