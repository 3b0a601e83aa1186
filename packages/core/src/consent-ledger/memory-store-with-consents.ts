import { copyJson } from "../lib/copy-json.js";
import { memoryStore } from "../store/memory-store.js";
import type { RegisteredClient } from "../store/records.js";
import { isEnabled } from "../store/standing.js";
import { consentAfter } from "./consent-after.js";
import type { Consent, ConsentPage, ConsentPageRequest, StoreWithConsents } from "./consent-store.js";

/**
 * `memoryStore` with consents. Keeps everything in memory, and loses it when the process ends.
 *
 * @example
 * ```ts
 * import { memoryStoreWithConsents } from "@oauth-dcr/core/consent";
 *
 * const store = memoryStoreWithConsents();
 * ```
 */
export function memoryStoreWithConsents(): StoreWithConsents {
  const store = memoryStore();
  /** By client, and then by user. */
  const consents = new Map<string, Map<string, Consent>>();

  const end = (userId: string, clientId: string): boolean => {
    const ofClient = consents.get(clientId);
    const isThere = ofClient?.delete(userId) === true;
    if (ofClient?.size === 0) consents.delete(clientId);
    return isThere;
  };

  return {
    ...store,
    deleteClient(clientId, events) {
      consents.delete(clientId);
      return store.deleteClient(clientId, events);
    },
    deleteExpiredClients(clientIds, now, events) {
      const deleted = store.deleteExpiredClients(clientIds, now, events) as readonly string[];
      for (const clientId of deleted) consents.delete(clientId);
      return deleted;
    },
    consents: {
      recordConsent(given) {
        // That of memory answers at once.
        const client = store.findClient(given.clientId) as RegisteredClient | undefined;
        if (!client) return { outcome: "not_found" };
        const isSeen = client.requirements.consentSince === given.consentSince;
        if (!isSeen || !isEnabled(client)) return { outcome: "changed" };
        const ofClient = consents.get(given.clientId) ?? new Map<string, Consent>();
        consents.set(given.clientId, ofClient);
        ofClient.set(given.userId, copyJson(consentAfter(ofClient.get(given.userId), given)));
        return { outcome: "recorded" };
      },
      findConsent: (userId, clientId) => copyJson(consents.get(clientId)?.get(userId)),
      withdrawConsent: (userId, clientId) => ({ outcome: end(userId, clientId) ? "withdrawn" : "not_found" }),
      findConsentsOfUser: (userId, page) =>
        pageOf(
          [...consents.values()].flatMap((ofClient) => ofClient.get(userId) ?? []),
          ({ clientId }) => clientId,
          page,
        ),
      findConsentsForClient: (clientId, page) =>
        pageOf([...(consents.get(clientId)?.values() ?? [])], ({ userId }) => userId, page),
      forgetUser: (userId) => [...consents.keys()].filter((clientId) => end(userId, clientId)).length,
    },
  };
}

function pageOf(
  all: readonly Consent[],
  keyOf: (consent: Consent) => string,
  { after = "", limit }: ConsentPageRequest,
): ConsentPage {
  const found = all
    .filter((consent) => keyOf(consent) > after)
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const consents = found.slice(0, limit).map((consent) => copyJson(consent));
  const last = consents.at(-1);
  return { consents, ...(last && found.length > limit && { next: keyOf(last) }) };
}
