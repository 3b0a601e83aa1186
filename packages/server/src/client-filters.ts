import type { ClientQuery, ClientStatus, RegistrationSource } from "@oauth-dcr/core/store";
import type { CommandLine } from "./command-line.js";
import { durationSeconds } from "./duration.js";
import { SettingError } from "./setting-error.js";
import { TIERS } from "./trust-settings.js";

const TEXTS = ["source", "tier", "status", "owner", "tag", "host", "text"] as const;
export const FILTERS = [...TEXTS, "not-used-for"] as const;

const SOURCES: readonly RegistrationSource[] = [
  "open",
  "initial_access_token",
  "software_statement",
  "metadata_document",
  "federation",
  "operator",
];
const STATUSES: readonly ClientStatus[] = ["pending", "active", "awaiting_approval", "disabled"];
const VALUES: Readonly<Record<string, readonly string[]>> = {
  source: SOURCES,
  tier: TIERS,
  status: STATUSES,
};

/** @throws SettingError for a value that no client can have: an empty answer would look like good news */
export function filtersOf(values: CommandLine["values"]): ClientQuery {
  for (const [flag, allowed] of Object.entries(VALUES)) {
    const value = values[flag];
    if (value !== undefined && !allowed.includes(value)) {
      throw new SettingError(`--${flag} must be one of ${allowed.join(", ")}`);
    }
  }
  const unused = values["not-used-for"];
  const seconds = unused === undefined ? undefined : durationSeconds(unused);
  if (unused !== undefined && seconds === undefined)
    throw new SettingError("--not-used-for must be a duration such as 30m, 24h or 90d");
  return {
    ...Object.fromEntries(
      TEXTS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
    ),
    ...(seconds !== undefined && { usedBefore: Math.floor(Date.now() / 1000) - seconds }),
  };
}
