import { httpsHost } from "./https-host.js";
import { trustTier } from "./trust-tier.js";
import type { ClientQuery } from "./registration-store.js";
import type { DomainProof, RegisteredClient, RegistrationSource, TrustTier } from "./records.js";

/** What a store keeps beside a client to find it and to count it. All of it follows from the client. */
export interface ClientSearchValues {
  /** What permitted it. */
  readonly source: RegistrationSource;
  /** How far it is trusted. */
  readonly tier: TrustTier;
  /** Who answers for it. */
  readonly owner?: string;
  /** The beginning of its name in lower case, at most 100 characters. */
  readonly name?: string;
  /** Its tags as `tag:…` and its hosts as `host:…`, each once. */
  readonly terms: readonly string[];
  /** The oldest check of a proof of its domains, in seconds since the epoch. */
  readonly domainsCheckedAt?: number;
}

const MAX_NAME_LENGTH = 100;

/** Letters that nobody sees, such as variation selectors: a twin with one would not be found by its name. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/** In text columns a NUL ends the text, and a lone surrogate becomes another character. */
const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/**
 * What `findClients` and `countClients` judge a client by.
 *
 * @example
 * ```ts
 * import { clientSearchValues, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const client: RegisteredClient;
 *
 * const { source, tier, terms } = clientSearchValues(client);
 * ```
 */
export function clientSearchValues(client: RegisteredClient): ClientSearchValues {
  const { origin, administration = {}, metadata } = client;
  const owner = administration.owner ?? origin.owner;
  const { client_name: name } = metadata;
  const { domains } = administration;
  const hosts = (metadata.redirect_uris ?? []).flatMap(storableHost);
  const terms = [
    ...(administration.tags ?? []).map((tag) => `tag:${tag}`),
    ...(origin.source === "metadata_document" ? storableHost(client.clientId) : []).map(hostTerm),
    ...hosts.map(hostTerm),
  ];
  return {
    source: origin.source,
    tier: trustTier(client),
    ...(owner !== undefined && { owner: owner.replace(UNSTORABLE, "\ufffd") }),
    ...(typeof name === "string" && name !== "" && { name: searchName(name) }),
    terms: [...new Set(terms)],
    ...(domains && domains.length > 0 && { domainsCheckedAt: Math.min(...domains.map(checkedAt)) }),
  };
}

/**
 * A name, or the text that one is looked for by, as they are compared: the first 100 visible characters in lower case. A store keeps
 * this with the client, so a client that an older version wrote has its old one until the next change of it.
 *
 * @example
 * ```ts
 * import { searchName } from "@oauth-dcr/core/store";
 *
 * searchName("Example Client"); // "example client"
 * ```
 */
export function searchName(text: string): string {
  return text.replace(UNSEEN, "").slice(0, MAX_NAME_LENGTH).toLowerCase().replace(UNSTORABLE, "\ufffd");
}

/**
 * Whether a client is among those that are looked for.
 *
 * @example
 * ```ts
 * import { meetsQuery, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const client: RegisteredClient;
 *
 * const isDisabled = meetsQuery(client, { status: "disabled" });
 * ```
 */
export function meetsQuery(client: RegisteredClient, query: ClientQuery): boolean {
  const { source, tier, owner, name, terms, domainsCheckedAt = Infinity } = clientSearchValues(client);
  const { usedBefore, domainsCheckedBefore } = query;
  return (
    (query.source === undefined || query.source === source) &&
    (query.tier === undefined || query.tier === tier) &&
    (query.status === undefined || query.status === client.status) &&
    (query.owner === undefined || query.owner === owner) &&
    (query.tag === undefined || terms.includes(`tag:${query.tag}`)) &&
    (query.host === undefined || terms.includes(`host:${query.host}`)) &&
    (query.text === undefined || name?.startsWith(searchName(query.text)) === true) &&
    (usedBefore === undefined || (client.lastUsedAt ?? Infinity) < usedBefore) &&
    (domainsCheckedBefore === undefined || domainsCheckedAt < domainsCheckedBefore)
  );
}

function hostTerm(host: string): string {
  return `host:${host}`;
}

function storableHost(uri: string): readonly string[] {
  const host = httpsHost(uri);
  return host === undefined ? [] : [host.replace(UNSTORABLE, "\ufffd")];
}

function checkedAt(proof: DomainProof): number {
  return proof.checkedAt;
}
