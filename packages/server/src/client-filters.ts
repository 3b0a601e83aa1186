import type { ClientQuery, ClientStatus, RegistrationSource } from "@oauth-dcr/core/store";
import type { CommandLine } from "./command-line.js";
import { SettingError } from "./setting-error.js";
import { TIERS } from "./trust-settings.js";

export const FILTERS = ["source", "tier", "status", "owner", "tag", "host", "text"] as const;

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
  return Object.fromEntries(
    FILTERS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  );
}
