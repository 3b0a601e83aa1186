import { tokenHash } from "../crypto/token-hash.js";
import { siteOf } from "../guarded-fetch/site-of.js";
import { ipv6Groups } from "../uri/ip-address.js";
import { canonicalJson } from "../lib/canonical-json.js";
import type { RegisteredClient } from "../store/records.js";
import type {
  CreateClientGuards,
  CreateClientOutcome,
  RegistrationStore,
} from "../store/registration-store.js";

/**
 * So many records are kept that a stranger can make alone: of one host, and of all hosts of a site, as whoever has a domain has
 * any number of hosts. Those of held clients count until an operator decides, those of used ones until the next recorded use.
 *
 * The fuller the pool, the less a site gets of it: up to 500 records in all it may have 50, and so on. So 20 cheap domains do not
 * fill the pool; it takes about 200. The store has to know no more than its quotas for that: each step is one attempt.
 */
const STEPS = [
  { inAll: 500, ofSite: 50 },
  { inAll: 750, ofSite: 10 },
  { inAll: 900, ofSite: 3 },
  { inAll: 1000, ofSite: 1 },
];
const MOST_OF_A_HOST = 10;

/** The grants that a user takes part in. */
const WITH_A_USER: readonly string[] = [
  "authorization_code",
  "implicit",
  "refresh_token",
  "urn:ietf:params:oauth:grant-type:device_code",
];

/** What a change of is told, and asks for consent again: who can act as the client, and where answers go. */
const WATCHED = ["redirect_uris", "jwks", "jwks_uri", "token_endpoint_auth_method"] as const;

/** So are the names of certificates and workloads, which stand for keys. A document without them has the digest that it had. */
const WATCHED_NAMES = /^(?:tls_client_auth_|spiffe_)/;

/** What the store keeps of a client that is known by its document: what it is found by, and what a change is seen by. */
export function documentRecord(document: RegisteredClient): RegisteredClient {
  const { clientId, clientIdIssuedAt, status, origin, metadata } = document;
  const { client_name, redirect_uris } = metadata;
  return {
    clientId,
    clientIdIssuedAt,
    version: 1,
    status,
    requirements: {},
    origin: { ...origin, document: { digest: digestOf(document), fetchedAt: clientIdIssuedAt } },
    metadata: {
      ...(client_name !== undefined && { client_name }),
      ...(redirect_uris !== undefined && { redirect_uris }),
    },
  };
}

/** The record of a document that nobody has fetched yet. */
export function unseenDocumentRecord(
  clientId: string,
  status: RegisteredClient["status"],
  now: number,
): RegisteredClient {
  const origin = { source: "metadata_document", policies: [] } as const;
  return { clientId, clientIdIssuedAt: now, version: 1, status, requirements: {}, origin, metadata: {} };
}

/** Whether a client may get tokens without any user, so that a stranger can use it alone. */
export function needsNoUser({ metadata }: RegisteredClient): boolean {
  return metadata.grant_types?.some((grant) => !WITH_A_USER.includes(grant)) ?? false;
}

/** Creates a record within the bounds for those that a stranger can make alone: they can make any number of URLs. */
export async function createBounded(
  store: RegistrationStore,
  pool: "held_documents" | "used_documents",
  unbounded: RegisteredClient,
  guards: CreateClientGuards = {},
): Promise<CreateClientOutcome> {
  // Whoever has a host has all its ports.
  const { hostname } = new URL(unbounded.clientId);
  const ofHost = `${pool}:${hostname}`;
  const ofSite = `${pool}_of_site:${networkOf(hostname)}`;
  const record = { ...unbounded, quotaKeys: [ofHost, ofSite, pool] };
  let outcome: CreateClientOutcome = { outcome: "quota_exceeded", key: pool };
  for (const step of STEPS) {
    const quotas = [
      { key: pool, limit: step.inAll },
      { key: ofSite, limit: step.ofSite },
      { key: ofHost, limit: MOST_OF_A_HOST },
    ];
    outcome = await store.createClient(record, { ...guards, quotas });
    if (outcome.outcome !== "quota_exceeded" || outcome.key !== pool) break;
  }
  return outcome;
}

/** The site of a host, and of an address the network that one customer may have: a /48, or a /24 of IPv4. */
function networkOf(hostname: string): string {
  if (hostname.startsWith("[")) return ipv6Groups(hostname.slice(1, -1))?.slice(0, 3).join(":") ?? hostname;
  return /^[\d.]+$/.test(hostname) ? hostname.split(".", 3).join(".") : siteOf(hostname);
}

/** What of a document has changed since the record was written; a document that is older than the record has not. */
export function hasDocumentChanged(document: RegisteredClient, { origin }: RegisteredClient): boolean {
  const known = origin.document;
  if (known && document.clientIdIssuedAt <= known.fetchedAt) return false;
  return known?.digest !== digestOf(document);
}

/** The record after a change of its document. Consent that a user gave before does not count any more. */
export function changedRecord(
  document: RegisteredClient,
  record: RegisteredClient,
  now: number,
): RegisteredClient {
  const { metadata, origin } = documentRecord(document);
  const isFirst = record.origin.document === undefined;
  return {
    ...record,
    metadata,
    origin,
    version: record.version + 1,
    requirements: isFirst ? record.requirements : { ...record.requirements, consentSince: now },
    // What a policy holds today was approved as it was, if it was.
    status: isFirst
      ? record.status
      : document.status === "awaiting_approval"
        ? document.status
        : record.status,
  };
}

/** What a document says, with what the record says of its client. */
export function recordedDocument(document: RegisteredClient, record: RegisteredClient): RegisteredClient {
  const { status, version, clientIdIssuedAt, lastUsedAt, administration, requirements } = record;
  return {
    ...document,
    status,
    version,
    clientIdIssuedAt,
    requirements: { ...document.requirements, ...requirements },
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(administration && { administration }),
  };
}

/** A document stays the same object while it is kept, and is looked at with each request. */
const digests = new WeakMap<RegisteredClient, string>();

function digestOf(document: RegisteredClient): string {
  const known = digests.get(document);
  if (known !== undefined) return known;
  const { metadata } = document;
  const names = Object.entries(metadata).filter(([member]) => WATCHED_NAMES.test(member));
  const digest = tokenHash(
    canonicalJson([
      ...WATCHED.map((member) => metadata[member] ?? null),
      ...(names.length > 0 ? [Object.fromEntries(names)] : []),
    ]),
  );
  digests.set(document, digest);
  return digest;
}
