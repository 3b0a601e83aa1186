import { requireKnownOptions } from "../../lib/known-options.js";
import { requireThat } from "../../lib/misuse.js";
import { definePolicy, ACCEPT, type PolicyOptions, type RegistrationPolicy } from "../registration-policy.js";
import { baseName } from "../../client-metadata/language-tag.js";
import { reservedNames } from "./reserved-names.js";

const NAMES: readonly string[] = ["client_name", "organization_name"];
/** What a consent page may show beside them. */
const TEXTS: readonly string[] = ["description", "contacts"];

/**
 * Keeps names for their owners: `client_name` and `organization_name`, in every language, must not be one of these,
 * look like one, or have one in it as whole words (`Acme Login` for `Acme`; names of one or two letters are compared
 * with whole names alone). `description` and
 * `contacts` must not have one in them as whole words: `support@acme.example` speaks for `Acme` too. What comes from a
 * trusted software statement that names the redirect URIs too is its owner's, and passes.
 *
 * Looking alike means: the same but for letter case, accents, invisible characters, spaces and punctuation, confusable
 * Cyrillic, Greek, Armenian, Cherokee, Lisu and Latin letters, and digits and signs for letters; and for names of six letters
 * and more, one letter more, less or another, or two neighbours swapped. It does not catch other scripts, two such
 * edits, translations, a name glued into a longer word, or what looks alike in one font alone; and it refuses some
 * names that mean no harm, every name of more than 32 words, and every name with a word in which Latin letters stand beside
 * those of another script that is neither in that list nor East Asian. Names are a hint to users, never a proof.
 *
 * @example
 * ```ts
 * import { reserveNames } from "@oauth-dcr/core/policy";
 *
 * const policies = { every: [reserveNames(["Example Bank"])] };
 * ```
 * @throws MisuseError for an empty list and for a name without a letter or digit
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function reserveNames(names: readonly string[], options: PolicyOptions = {}): RegistrationPolicy {
  requireKnownOptions("reserveNames", options, ["name"]);
  const { name = "reserve_names" } = options;
  requireThat(
    Array.isArray(names) && names.length > 0,
    "ERR_OPTION",
    "reserveNames: must be a list of at least one name",
  );
  const { isAlike, isMentioned } = reservedNames(names);

  function isTaken(member: string, value: unknown): boolean {
    if (typeof value !== "string") return Array.isArray(value) && value.some((one) => isTaken(member, one));
    return NAMES.includes(member) ? isAlike(value) : TEXTS.includes(member) && isMentioned(value);
  }

  return definePolicy(name, ({ metadata, verifiedMembers }) => {
    // A statement is no secret: whoever sends it with redirect URIs of their own must not get its name for them.
    const isTheirs = (member: string) =>
      verifiedMembers.has(baseName(member)) && verifiedMembers.has("redirect_uris");
    for (const [member, value] of Object.entries(metadata)) {
      if (!isTheirs(member) && isTaken(baseName(member), value)) {
        return {
          verdict: "refuse",
          member,
          reason: "has or looks like a reserved name, or cannot be told from one",
        };
      }
    }
    return ACCEPT;
  });
}
