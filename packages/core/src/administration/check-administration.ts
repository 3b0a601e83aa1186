import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import type { ClientAdministration, TrustTier } from "../store/records.js";
import { TRUST_TIERS } from "../trust/trust-options.js";

/** What an operator may say: everything but why a status was changed, which is said with the change. */
export type OperatorStatement = Omit<ClientAdministration, "statusReason">;

const MOST_TAGS = 20;
const TAG = /^[A-Za-z0-9._:/-]{1,64}$/;

/** @throws MisuseError for a member that is unknown or makes no sense */
export function requireAdministration(said: Readonly<Record<string, unknown>>): void {
  requireKnownOptions("administration", said, [
    "tier",
    "owner",
    "tags",
    "notes",
  ] satisfies (keyof OperatorStatement)[]);
  const { tier, owner, tags, notes } = said;
  const must = (holds: boolean, member: string, be: string): void =>
    requireThat(holds, "ERR_OPTION", `administration.${member}: must be ${be}`);
  must(
    tier === undefined || TRUST_TIERS.includes(tier as TrustTier),
    "tier",
    `one of ${TRUST_TIERS.join(", ")}`,
  );
  must(isText(owner, 200), "owner", "a text of 1 to 200 characters");
  must(isText(notes, 2000), "notes", "a text of 1 to 2,000 characters");
  const areTags =
    tags === undefined ||
    (Array.isArray(tags) &&
      tags.length <= MOST_TAGS &&
      new Set(tags).size === tags.length &&
      tags.every((tag) => typeof tag === "string" && TAG.test(tag)));
  must(areTags, "tags", `at most ${MOST_TAGS} different ones, each of 1 to 64 letters, digits and ._:/-`);
}

function isText(value: unknown, most: number): boolean {
  return value === undefined || (typeof value === "string" && value !== "" && value.length <= most);
}
