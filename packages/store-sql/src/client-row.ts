import type {
  ClientMetadata,
  ClientRequirements,
  ClientStatus,
  RegisteredClient,
  RegistrationOrigin,
} from "@oauth-dcr/core";
import type { SqliteDatabase, SqliteStatement } from "./sqlite-database.js";

/** The values of one row, in the order of the table's columns. */
export type ClientRow = readonly (string | number | null)[];

/** The columns behind the identifier, in the order of a row. */
const VALUES = [
  "client_id_issued_at",
  "version",
  "client_secret_hash",
  "client_secret_expires_at",
  "previous_client_secret_hash",
  "previous_client_secret_expires_at",
  "registration_access_token_hash",
  "status",
  "requirements",
  "origin",
  "software_statement",
  "metadata",
] as const;

export function prepareInsert(database: SqliteDatabase): SqliteStatement {
  return database.prepare(
    `INSERT INTO client
       (client_id, ${VALUES.join(", ")})
     VALUES (?, ${VALUES.map(() => "?").join(", ")})
     ON CONFLICT (client_id) DO NOTHING`,
  );
}

export function prepareFind(database: SqliteDatabase): SqliteStatement {
  return database.prepare(
    `SELECT client_id, ${VALUES.join(", ")}
     FROM client WHERE client_id = ?`,
  );
}

export function prepareFindByRegistrationAccessToken(database: SqliteDatabase): SqliteStatement {
  return database.prepare(
    `SELECT client_id, ${VALUES.join(", ")}
     FROM client WHERE registration_access_token_hash = ?`,
  );
}

/** Takes the row's values, its identifier first, and then the identifier and the expected version again. */
export function prepareReplace(database: SqliteDatabase): SqliteStatement {
  const assignments = ["client_id", ...VALUES].map((column) => `${column} = ?`);
  return database.prepare(`UPDATE client SET ${assignments.join(", ")} WHERE client_id = ? AND version = ?`);
}

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
  for (const expiresAt of [clientSecretExpiresAt ?? 0, previousClientSecret?.expiresAt ?? 0]) {
    if (!Number.isSafeInteger(expiresAt))
      throw new TypeError("the expiry of a secret: must be whole seconds");
  }
  if (!isStorable(softwareStatement ?? ""))
    throw new TypeError("softwareStatement: must be well-formed text");
  // JSON.stringify escapes NUL and lone surrogates, which SQLite's text would cut short or replace.
  const text = JSON.stringify(metadata);
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
    JSON.stringify(client.requirements),
    JSON.stringify(client.origin),
    softwareStatement ?? null,
    text,
  ];
}

/**
 * The client of a row. A STRICT table holds no other types than these. Whoever asked for one client has to see whether it
 * is that one, whatever the driver's reason to answer with another.
 *
 * @throws when its metadata is no JSON
 */
export function fromRow(row: unknown): RegisteredClient {
  const stored = row as {
    client_id: string;
    client_id_issued_at: number;
    version: number;
    client_secret_hash: string | null;
    client_secret_expires_at: number | null;
    previous_client_secret_hash: string | null;
    previous_client_secret_expires_at: number | null;
    registration_access_token_hash: string | null;
    status: ClientStatus;
    requirements: string;
    origin: string;
    software_statement: string | null;
    metadata: string;
  };
  const { client_secret_hash: hash, client_secret_expires_at: expiresAt } = stored;
  const { previous_client_secret_hash: previousHash, previous_client_secret_expires_at: previousEnd } =
    stored;
  return {
    clientId: stored.client_id,
    clientIdIssuedAt: stored.client_id_issued_at,
    version: stored.version,
    ...(hash !== null && { clientSecretHash: hash }),
    ...(expiresAt !== null && { clientSecretExpiresAt: expiresAt }),
    ...(previousHash !== null && {
      previousClientSecret: { hash: previousHash, expiresAt: previousEnd ?? 0 },
    }),
    ...(stored.registration_access_token_hash !== null && {
      registrationAccessTokenHash: stored.registration_access_token_hash,
    }),
    status: stored.status,
    requirements: JSON.parse(stored.requirements) as ClientRequirements,
    origin: JSON.parse(stored.origin) as RegistrationOrigin,
    ...(stored.software_statement !== null && { softwareStatement: stored.software_statement }),
    metadata: JSON.parse(stored.metadata) as ClientMetadata,
  };
}

/**
 * False for what would not come back from SQLite as it went in: in UTF-8 every lone surrogate becomes U+FFFD, and two
 * different identifiers the same; text with a NUL is read up to it.
 */
export function isStorable(clientId: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(clientId);
}
