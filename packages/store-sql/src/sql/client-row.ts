import { clientSearchValues } from "@oauth-dcr/core/store";
import type {
  ClientAdministration,
  ClientCount,
  ClientRequirements,
  ClientStatus,
  RegistrationOrigin,
} from "@oauth-dcr/core/store";
import type { ClientMetadata, RegisteredClient } from "@oauth-dcr/core";
import type { Row, SqlValue } from "./transition.js";

/** The values of one row, in the order of the table's columns. */
export type ClientRow = readonly SqlValue[];

/** The columns, in the order of a row. */
export const CLIENT_COLUMNS = [
  "client_id",
  "client_id_issued_at",
  "version",
  "client_secret_hash",
  "client_secret_expires_at",
  "previous_client_secret_hash",
  "previous_client_secret_expires_at",
  "registration_access_token_hash",
  "status",
  "expires_at",
  "last_used_at",
  "fingerprint",
  "quota_keys",
  "requirements",
  "origin",
  "software_statement",
  "metadata",
  "administration",
  "source",
  "tier",
  "owner",
  "name",
  "terms",
  "domains_checked_at",
] as const;

/**
 * The row of a client. What the table cannot hold is refused here, before the client shares a transaction with others
 * that it would take down with it.
 *
 * @throws TypeError
 */
export function toRow(client: RegisteredClient): ClientRow {
  const { clientId, clientIdIssuedAt, clientSecretHash, clientSecretExpiresAt, metadata } = client;
  if (!isStorable(clientId)) throw new TypeError("clientId: must be well-formed and without NUL");
  if (!Number.isSafeInteger(client.version)) throw new TypeError("version: must be a whole number");
  if (!Number.isSafeInteger(clientIdIssuedAt)) throw new TypeError("clientIdIssuedAt: must be whole seconds");
  const { previousClientSecret, softwareStatement } = client;
  const { expiresAt, lastUsedAt, fingerprint, quotaKeys } = client;
  requireInstants(clientSecretExpiresAt, previousClientSecret?.expiresAt, expiresAt, lastUsedAt);
  if (![fingerprint ?? "", ...(quotaKeys ?? [])].every(isStorable)) {
    throw new TypeError("fingerprint and quotaKeys: must be well-formed text");
  }
  if (!isStorable(softwareStatement ?? ""))
    throw new TypeError("softwareStatement: must be well-formed text");
  // JSON.stringify escapes NUL and lone surrogates, which SQLite's text would cut short or replace.
  const text = JSON.stringify(metadata);
  const { source, tier, owner, name, terms, domainsCheckedAt } = clientSearchValues(client);
  requireInstants(domainsCheckedAt);
  return [
    clientId,
    clientIdIssuedAt,
    client.version,
    clientSecretHash ?? null,
    clientSecretExpiresAt ?? null,
    previousClientSecret?.hash ?? null,
    previousClientSecret?.expiresAt ?? null,
    client.registrationAccessTokenHash ?? null,
    client.status,
    expiresAt ?? null,
    lastUsedAt ?? null,
    fingerprint ?? null,
    quotaKeys ? JSON.stringify(quotaKeys) : null,
    JSON.stringify(client.requirements),
    JSON.stringify(client.origin),
    softwareStatement ?? null,
    text,
    client.administration ? JSON.stringify(client.administration) : null,
    source,
    tier,
    owner ?? null,
    name ?? null,
    terms.length > 0 ? JSON.stringify(terms) : null,
    domainsCheckedAt ?? null,
  ];
}

/**
 * The client of a row. The table holds no other types than these, and a driver may answer a large whole number as text.
 * Whoever asked for one client has to see whether it is that one, whatever the driver's reason to answer with another.
 *
 * @throws when its metadata is no JSON
 */
export function fromRow(row: Row): RegisteredClient {
  const text = (column: Column) => (row[column] ?? undefined) as string | undefined;
  const number = (column: Column) => (row[column] === null ? undefined : Number(row[column]));
  const secretHash = text("client_secret_hash");
  const secretExpiresAt = number("client_secret_expires_at");
  const previousHash = text("previous_client_secret_hash");
  const accessTokenHash = text("registration_access_token_hash");
  const [expiresAt, lastUsedAt] = [number("expires_at"), number("last_used_at")];
  const [fingerprint, quotaKeys] = [text("fingerprint"), text("quota_keys")];
  const [softwareStatement, administration] = [text("software_statement"), text("administration")];
  return {
    clientId: row["client_id"] as string,
    clientIdIssuedAt: Number(row["client_id_issued_at"]),
    version: Number(row["version"]),
    ...(secretHash !== undefined && { clientSecretHash: secretHash }),
    ...(secretExpiresAt !== undefined && { clientSecretExpiresAt: secretExpiresAt }),
    ...(previousHash !== undefined && {
      previousClientSecret: {
        hash: previousHash,
        expiresAt: number("previous_client_secret_expires_at") ?? 0,
      },
    }),
    ...(accessTokenHash !== undefined && { registrationAccessTokenHash: accessTokenHash }),
    status: row["status"] as ClientStatus,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(quotaKeys !== undefined && { quotaKeys: JSON.parse(quotaKeys) as readonly string[] }),
    requirements: JSON.parse(row["requirements"] as string) as ClientRequirements,
    origin: JSON.parse(row["origin"] as string) as RegistrationOrigin,
    ...(administration !== undefined && {
      administration: JSON.parse(administration) as ClientAdministration,
    }),
    ...(softwareStatement !== undefined && { softwareStatement }),
    metadata: JSON.parse(row["metadata"] as string) as ClientMetadata,
  };
}

type Column = (typeof CLIENT_COLUMNS)[number];

/**
 * False for what would not come back from SQLite as it went in: in UTF-8 every lone surrogate becomes U+FFFD, and two
 * different identifiers the same; text with a NUL is read up to it.
 */
export function isStorable(clientId: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(clientId);
}

/** @throws TypeError for an instant that the table cannot hold */
export function requireInstants(...instants: readonly (number | undefined)[]): void {
  if (instants.every((instant = 0) => Number.isSafeInteger(instant))) return;
  throw new TypeError("instants: must be whole seconds");
}

/** The count of a row. */
export function toCount(row: Row): ClientCount {
  const { source, tier, status, owner } = row as unknown as ClientCount;
  return { source, tier, status, ...(owner && { owner }), clients: Number(row["clients"]) };
}
