import { requirePositiveInteger } from "../lib/misuse.js";
import type { RegisteredClient } from "./records.js";
import type { RegistrationStore } from "./registration-store.js";

/** Some of the registered clients, and whether there are others behind them. */
export interface ClientPage {
  /** The clients of this page, in the order of their identifiers. */
  readonly clients: readonly RegisteredClient[];
  /** Whether further clients follow. */
  readonly more: boolean;
}

/** The clients behind the identifier `after`. Rejects with a MisuseError for a limit that is no positive whole number. */
export async function clientPage(
  store: RegistrationStore,
  { after = "", limit = 100 }: { readonly after?: string; readonly limit?: number } = {},
): Promise<ClientPage> {
  requirePositiveInteger(limit, "ERR_OPTION", "limit");
  const found = await store.listClients(after, limit + 1);
  return { clients: found.slice(0, limit), more: found.length > limit };
}
