import { nowSeconds, type Clock } from "../lib/clock.js";
import { countClients, countClientsBy, type ClientCounts, type ClientGroup } from "./count-clients.js";
import { findClients } from "./find-clients.js";
import type { ClientPage, ClientPageRequest, ClientQuery, RegistrationStore } from "./registration-store.js";

/** What an operator asks about clients. Each takes no longer for more clients, and rejects when the store cannot answer. */
export interface ClientListing {
  /** How many clients there are in each state. */
  countClients(this: void): Promise<ClientCounts>;
  /** How many clients are alike; those without an owner count under `""`. */
  countClients(this: void, options: { readonly by: ClientGroup }): Promise<ReadonlyMap<string, number>>;
  /**
   * A page of the clients that meet every given member of the query, by default at most 100 and whatever their standing. Give
   * its `next` as `after` for the page behind it; a page may have few clients, or none, while there is a `next`. Rejects with
   * a MisuseError for an unknown member.
   */
  readonly findClients: (query?: ClientQuery & Partial<ClientPageRequest>) => Promise<ClientPage>;
}

export function clientListing({
  store,
  clock,
}: {
  readonly store: RegistrationStore;
  readonly clock: Clock;
}): ClientListing {
  const count = async ({ by }: { readonly by?: ClientGroup } = {}) =>
    by === undefined ? countClients(store, nowSeconds(clock)) : countClientsBy(by, store, nowSeconds(clock));
  return {
    countClients: count as ClientListing["countClients"],
    findClients: async (query = {}) => findClients(store, query),
  };
}
