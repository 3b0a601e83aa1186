import { siteOf } from "../guarded-fetch/site-of.js";
import { findClients } from "../store/find-clients.js";
import type { DomainProof, RegisteredClient } from "../store/records.js";
import type { RegistrationStore } from "../store/registration-store.js";

/** A site gets no more of a run than this part while clients of other sites wait. */
const SITE_SHARE = 0.3;
const PAGE = 1000;
/** A run reads no further than this to find clients of other sites. */
const MOST_PAGES = 100;

/** The proofs of a client whose last check is before `due`. */
export function dueProofs({ administration }: RegisteredClient, due: number): readonly DomainProof[] {
  return (administration?.domains ?? []).filter(({ checkedAt }) => checkedAt < due);
}

/** The clients that one run checks. */
export interface RecheckLine {
  /** At most `limit` clients, the oldest check first. Clients of a site that has had its share come last. */
  readonly clients: AsyncIterable<RegisteredClient>;
  /** Makes room for one more. A client that could not be written must not take the place of another in each run. */
  readonly giveBack: () => void;
  /** Whether clients are left for another run. */
  readonly hasMore: () => boolean;
}

/** Lines up the clients with a proof that was last checked before `due`. Several callers may take from the line at once. */
export function recheckLine(store: RegistrationStore, due: number, limit: number): RecheckLine {
  let left = limit;
  let hasMore = false;
  return {
    clients: withinLimit(),
    giveBack: () => void (left += 1),
    hasMore: () => hasMore,
  };

  async function* withinLimit() {
    for await (const client of inOrder()) {
      if (left === 0) {
        hasMore = true;
        return;
      }
      left -= 1;
      yield client;
    }
  }

  async function* inOrder() {
    const share = Math.max(1, Math.floor(limit * SITE_SHARE));
    const ofSite = new Map<string, number>();
    const last: RegisteredClient[] = [];
    for await (const client of allDue()) {
      const sites = new Set(dueProofs(client, due).map(({ domain }) => siteOf(domain)));
      if ([...sites].every((site) => (ofSite.get(site) ?? 0) < share)) {
        for (const site of sites) ofSite.set(site, (ofSite.get(site) ?? 0) + 1);
        yield client;
      } else if (last.length < limit) last.push(client);
      else hasMore = true;
    }
    yield* last;
  }

  async function* allDue() {
    let after: string | undefined;
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const request = { domainsCheckedBefore: due, limit: PAGE, ...(after !== undefined && { after }) };
      const { clients, next } = await findClients(store, request);
      yield* clients;
      if (next === undefined) return;
      after = next;
    }
    hasMore = true;
  }
}
