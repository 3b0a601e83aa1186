import type { ClientQuery, ClientStatus, RegistrationSource, TrustTier } from "@oauth-dcr/core/store";

export const SOURCES: readonly RegistrationSource[] = [
  ...(["open", "initial_access_token", "software_statement"] as const),
  ...(["metadata_document", "federation", "operator"] as const),
];
export const TIERS: readonly TrustTier[] = ["unknown", "domain_verified", "approved", "first_party"];
export const STATUSES: readonly ClientStatus[] = ["pending", "active", "awaiting_approval", "disabled"];

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  source: SOURCES,
  tier: TIERS,
  status: STATUSES,
};
const TEXTS = ["owner", "tag", "host", "text"] as const;
const DATES = { used_before: "usedBefore", checked_before: "domainsCheckedBefore" } as const;

/** The names of the fields, as they stand in a query. */
export const FILTERS: readonly string[] = [...Object.keys(CHOICES), ...TEXTS, ...Object.keys(DATES)];

/** What is looked for, and the fields that could not be understood. */
export interface Filters {
  readonly query: ClientQuery;
  /** The fields that were given, for links and forms. */
  readonly given: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/** Reads the filters of a query or a form. A value that no client can have is a problem: an empty answer would look like good news. */
export function filtersOf(fields: URLSearchParams): Filters {
  const query: Record<string, string | number> = {};
  const given: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of FILTERS) {
    const value = fields.get(name)?.trim() ?? "";
    if (value === "") continue;
    given[name] = value;
    const read = valueOf(name, value);
    if (read === undefined) problems.push(name.replaceAll("_", " "));
    else query[read.name] = read.value;
  }
  return { query, given, problems };
}

function valueOf(
  name: string,
  value: string,
): { readonly name: string; readonly value: string | number } | undefined {
  const allowed = CHOICES[name];
  if (allowed) return allowed.includes(value) ? { name, value } : undefined;
  if (name === "used_before" || name === "checked_before") {
    const at = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(`${value}T00:00:00Z`) / 1000 : NaN;
    return Number.isSafeInteger(at) ? { name: DATES[name], value: at } : undefined;
  }
  if (value.length > 500) return undefined;
  return { name, value: name === "host" ? value.toLowerCase() : value };
}
