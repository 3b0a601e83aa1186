import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { ClientPage, ClientPageRequest, ClientQuery, RegistrationStore } from "./registration-store.js";

/** No page is longer, so that neither the store nor the thread is held for long. */
const MOST_CLIENTS = 1000;

/**
 * A page of the clients that meet a query.
 *
 * @throws MisuseError for an unknown member of the query, a value that is none, or a limit that is not from 1 to 1,000
 */
export async function findClients(
  store: RegistrationStore,
  query: ClientQuery & Partial<ClientPageRequest>,
): Promise<ClientPage> {
  const { after, limit = 100, ...criteria } = query;
  requireKnownOptions("findClients", criteria, [...TEXTS, ...INSTANTS] satisfies (keyof ClientQuery)[]);
  requirePositiveInteger(limit, "ERR_OPTION", "limit");
  requireThat(limit <= MOST_CLIENTS, "ERR_OPTION", `limit: must be at most ${MOST_CLIENTS}`);
  for (const name of TEXTS) {
    const value: unknown = criteria[name];
    const isText = value === undefined || (typeof value === "string" && value !== "" && value.length <= 500);
    requireThat(isText, "ERR_OPTION", `${name}: must be a text of 1 to 500 characters`);
  }
  for (const name of INSTANTS) {
    const isInstant = criteria[name] === undefined || Number.isSafeInteger(criteria[name]);
    requireThat(isInstant, "ERR_OPTION", `${name}: must be whole seconds since the epoch`);
  }
  const given = Object.fromEntries(
    Object.entries(criteria as object).filter(([, value]: readonly [string, unknown]) => value !== undefined),
  );
  return store.findClients(given, { limit, ...(after !== undefined && { after }) });
}

const INSTANTS = ["usedBefore", "domainsCheckedBefore"] as const;
const TEXTS = ["source", "tier", "status", "owner", "tag", "host", "text"] as const;
