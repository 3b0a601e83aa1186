import type { ClientQuery, ClientStatus, RegistrationSource } from "@oauth-dcr/core/store";
import type { OwnOption, Values } from "../command-line/command.js";
import { durationSeconds } from "../settings/duration.js";
import { SettingError } from "../settings/setting-error.js";
import { TIERS } from "../settings/trust-settings.js";

const SOURCES: readonly RegistrationSource[] = [
  "open",
  "initial_access_token",
  "software_statement",
  "metadata_document",
  "federation",
  "operator",
];
const STATUSES: readonly ClientStatus[] = ["pending", "active", "awaiting_approval", "disabled"];

/** The options that choose clients: a client must match all that are given. */
export const FILTERS = {
  source: { value: "SOURCE", says: "how the client was registered", choices: SOURCES },
  tier: { value: "TIER", says: "the trust tier", choices: TIERS },
  status: { value: "STATUS", says: "what the client may do; pending was never used", choices: STATUSES },
  owner: { value: "NAME", says: "the exact owner" },
  tag: { value: "TAG", says: "the exact tag" },
  host: { value: "HOST", says: "the exact host of an https redirect URI, or of the URL of a document" },
  text: { value: "TEXT", says: "the beginning of the name, in any letter case" },
  "not-used-for": {
    value: "TIME",
    says: "the last use is older than this, such as 90d; excludes clients that were never used",
  },
} as const satisfies Record<string, OwnOption>;

/** What the filters ask for. The parser has judged their values: an empty answer would look like good news. */
export function filtersOf({ "not-used-for": unused, ...values }: Values): ClientQuery {
  const seconds = unused === undefined ? undefined : durationSeconds(unused);
  if (unused !== undefined && seconds === undefined) {
    throw new SettingError("--not-used-for must be a duration such as 30m, 24h or 90d");
  }
  return {
    ...Object.fromEntries(
      Object.keys(FILTERS).flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
    ),
    ...(seconds !== undefined && { usedBefore: Math.floor(Date.now() / 1000) - seconds }),
  };
}
