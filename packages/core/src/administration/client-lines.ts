import type { Finding } from "../client-metadata/finding.js";
import { assessClientMetadata } from "../client-metadata/assess-client-metadata.js";
import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import { isJsonObject } from "../lib/json.js";
import { findClients } from "../store/find-clients.js";
import type { ClientPageRequest, ClientQuery } from "../store/registration-store.js";
import type { RegisteredClient } from "../store/records.js";
import { audited, type AdministrationConfig } from "./administration-config.js";

/** What became of a line. */
export type ImportOutcome =
  /** `findings` lists what the rules of this server removed. Missing if they removed nothing. */
  | { readonly outcome: "imported"; readonly clientId: string; readonly findings?: readonly Finding[] }
  | { readonly outcome: "duplicate_client_id"; readonly clientId: string }
  /** The line is no client, or today's rules refuse its metadata. */
  | { readonly outcome: "refused"; readonly findings: readonly Finding[] }
  | { readonly outcome: "not_a_client" };

/** The members of a record that each client has, and what they must be. */
const REQUIRED: Readonly<Record<string, (value: unknown) => boolean>> = {
  clientId: (value) => typeof value === "string" && value !== "" && value.length <= 2048,
  clientIdIssuedAt: Number.isSafeInteger,
  version: Number.isSafeInteger,
  status: (value) => ["pending", "active", "awaiting_approval", "disabled"].includes(value as string),
  requirements: isJsonObject,
  origin: (value) =>
    isJsonObject(value) && typeof value["source"] === "string" && Array.isArray(value["policies"]),
  metadata: isJsonObject,
};

/** The clients that meet a query, one line of JSON each. */
export async function* exportClients(
  query: ClientQuery = {},
  page: Partial<ClientPageRequest> = {},
  config: AdministrationConfig,
): AsyncGenerator<string> {
  for (let after = page.after; ;) {
    const found = await findClients(config.store, {
      ...query,
      limit: page.limit ?? 500,
      ...(after !== undefined && { after }),
    });
    for (const client of found.clients) yield JSON.stringify(client);
    if (found.next === undefined) return;
    after = found.next;
  }
}

/** What a server narrows to what it has. Nothing else of a client changes on the way. */
const NARROWED: readonly string[] = [
  ...["scope", "grant_types", "response_types"],
  ...["authorization_details_types", "default_acr_values"],
];

/**
 * Adds the client of a line as it was, but for the scopes, grants and other powers that this server does not have. It counts in
 * its pools, whose limits are not asked: it was let in already.
 */
export async function importClient(line: string, config: AdministrationConfig): Promise<ImportOutcome> {
  const given = parse(line);
  if (!given) return { outcome: "not_a_client" };
  const { clientId } = given;
  const isDocument = given.origin.source === "metadata_document";
  // The record of a document is no whole metadata: the document itself is judged when it is fetched.
  const { metadata, findings } = isDocument
    ? { metadata: given.metadata, findings: [] }
    : assessClientMetadata(given.metadata, { ...config.rules, defaultScopes: [], baselineScopes: [] });
  if (!metadata) return { outcome: "refused", findings };
  const client = { ...given, metadata: narrowed(given.metadata, metadata) };
  const outcome = await audited(config, "client_added", clientId, {}, async (auditEvents) => {
    const created = await config.store.createClient(client, { auditEvents });
    return created.outcome === "created" ? created.outcome : undefined;
  });
  if (!outcome) return { outcome: "duplicate_client_id", clientId };
  const taken = findings.filter(({ member }) => NARROWED.includes(member));
  return { outcome: "imported", clientId, ...(taken.length > 0 && { findings: taken }) };
}

function narrowed(before: ClientMetadata, assessed: ClientMetadata): ClientMetadata {
  return Object.fromEntries(
    Object.entries(before).flatMap(([name, value]) => {
      const now = NARROWED.includes(name) ? assessed[name] : value;
      return now === undefined ? [] : [[name, now]];
    }),
  );
}

function parse(line: string): RegisteredClient | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    if (!isJsonObject(value)) return undefined;
    const isClient = Object.entries(REQUIRED).every(([member, holds]) => holds(value[member]));
    return isClient ? (value as unknown as RegisteredClient) : undefined;
  } catch {
    return undefined;
  }
}
