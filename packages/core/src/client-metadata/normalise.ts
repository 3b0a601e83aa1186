import type { JsonObject, JsonValue } from "../lib/json.js";
import type { Findings } from "./finding.js";
import { canonicalLanguageTag, baseName } from "./language-tag.js";
import { isOmitted } from "./plain-value.js";
import type { MetadataMember } from "./member-table.js";
import { RESERVED_MEMBERS } from "./members.js";

/** A member that was sent with a value, under the name by which it will be stored. */
export interface PresentMember {
  readonly name: string;
  readonly member: MetadataMember;
  readonly value: JsonValue;
}

/** The members that were sent with a value. */
export interface SentMembers {
  has(name: string): boolean;
}

const MAX_UNKNOWN_NAMED = 20;

/**
 * Picks what this server knows out of a body. Real clients send `null`, `""` and `[]` for what
 * they leave out; that is what it then means. Everything else is ignored, with a warning.
 *
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 */
export function normaliseClientMetadata(
  submitted: JsonObject,
  members: ReadonlyMap<string, MetadataMember>,
  findings: Findings,
  mayBeEmpty: (name: string) => boolean = () => false,
): ReadonlyMap<string, PresentMember> {
  const present = new Map<string, PresentMember>();
  let unknown = 0;
  for (const sentName of Object.keys(submitted)) {
    const value = submitted[sentName];
    if (value === undefined) continue;
    const member = members.get(sentName);
    const known = member ? { name: sentName, member } : resolveVariant(sentName, members);
    if (!known) {
      const reserved = RESERVED_MEMBERS.get(sentName);
      if (reserved) findings.warning(sentName, reserved);
      else if (++unknown <= MAX_UNKNOWN_NAMED) findings.warning(printable(sentName), "metadata.unknown");
    } else if (isOmitted(value) && !(Array.isArray(value) && mayBeEmpty(known.name))) {
      findings.warning(known.name, "metadata.empty");
    } else if (present.has(known.name)) {
      findings.error(known.name, "metadata.language_twice");
    } else {
      present.set(known.name, { name: known.name, member: known.member, value });
    }
  }
  return present;
}

/** The member that `client_name#ja` is a language variant of; `undefined` where the name has no tag, or is unknown. */
function resolveVariant(
  sentName: string,
  members: ReadonlyMap<string, MetadataMember>,
): { name: string; member: MetadataMember } | undefined {
  if (!sentName.includes("#")) return undefined;
  const name = baseName(sentName);
  const base = members.get(name);
  const tag = base?.localisable ? canonicalLanguageTag(sentName.slice(name.length + 1)) : undefined;
  return base && tag !== undefined ? { name: `${name}#${tag}`, member: base } : undefined;
}

/**
 * A name is the client's own text too, so only a harmless one is repeated. One with a digit, or as long as our secrets
 * are, may be a secret that came into the wrong place.
 */
function printable(name: string): string {
  return /^[A-Za-z_.#-]{1,40}$/.test(name) ? name : "(unprintable name)";
}
