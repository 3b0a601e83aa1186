import { pragma, type SqliteDatabase } from "./database.js";
import type { Transaction } from "./transaction.js";

/**
 * Step n leads from version n to version n + 1, statement by statement. A step that was released is never changed; add
 * one. SQLite's own, and D1's.
 */
export const SQLITE_MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE client (
       client_id                TEXT NOT NULL PRIMARY KEY,
       client_id_issued_at      INTEGER NOT NULL, -- seconds since the epoch
       client_secret_hash       TEXT,             -- SHA-256 in hexadecimal
       client_secret_expires_at INTEGER,          -- seconds since the epoch, 0 for never
       metadata                 TEXT NOT NULL     -- a JSON object
     ) STRICT`,
  ],
  [
    `ALTER TABLE client ADD COLUMN version INTEGER NOT NULL DEFAULT 1`,
    `ALTER TABLE client ADD COLUMN registration_access_token_hash TEXT`, // SHA-256 in hexadecimal
    `ALTER TABLE client ADD COLUMN origin TEXT NOT NULL DEFAULT '{"source":"open","policies":[]}'`, // a JSON object
    `ALTER TABLE client ADD COLUMN status TEXT NOT NULL DEFAULT 'active'`,
    `ALTER TABLE client ADD COLUMN requirements TEXT NOT NULL DEFAULT '{}'`, // a JSON object
    `UPDATE client SET requirements = '{"pkce":true}'
       WHERE json_extract(metadata, '$.token_endpoint_auth_method') = 'none'
         AND json_extract(metadata, '$.grant_types') LIKE '%"authorization_code"%'`,
    `ALTER TABLE client ADD COLUMN previous_client_secret_hash TEXT`, // SHA-256 in hexadecimal
    `ALTER TABLE client ADD COLUMN previous_client_secret_expires_at INTEGER`, // seconds since the epoch
    `ALTER TABLE client ADD COLUMN software_statement TEXT`, // as it was sent
    `CREATE INDEX client_registration_access_token_hash ON client (registration_access_token_hash)
       WHERE registration_access_token_hash IS NOT NULL`,
    `CREATE TABLE initial_access_token (
       id          TEXT NOT NULL PRIMARY KEY,
       token_hash  TEXT NOT NULL,    -- SHA-256 in hexadecimal
       issued_at   INTEGER NOT NULL, -- seconds since the epoch, as all instants
       expires_at  INTEGER NOT NULL,
       uses_left   INTEGER NOT NULL CHECK (uses_left >= 0),
       revoked_at  INTEGER,
       label       TEXT,
       owner       TEXT,
       constraints TEXT NOT NULL     -- a JSON object
     ) STRICT`,
  ],
  [
    `ALTER TABLE client ADD COLUMN expires_at INTEGER`, // seconds since the epoch
    `ALTER TABLE client ADD COLUMN last_used_at INTEGER`, // seconds since the epoch
    `ALTER TABLE client ADD COLUMN fingerprint TEXT`,
    `ALTER TABLE client ADD COLUMN quota_keys TEXT`, // a JSON array
    `CREATE INDEX client_expires_at ON client (expires_at, client_id) WHERE expires_at IS NOT NULL`,
    `CREATE UNIQUE INDEX client_fingerprint ON client (fingerprint) WHERE fingerprint IS NOT NULL`,
    `CREATE TABLE quota_count (
       quota_key TEXT NOT NULL PRIMARY KEY,
       clients   INTEGER NOT NULL -- how many have that key among their quota_keys
     ) STRICT, WITHOUT ROWID`,
  ],
  [
    `CREATE TABLE audit_event (
       position INTEGER NOT NULL PRIMARY KEY, -- 1, 2, 3 and so on, without a gap
       event    TEXT NOT NULL,                -- a JSON object, as it was hashed
       hash     TEXT NOT NULL                 -- SHA-256 in hexadecimal; see audit/chain.ts
     ) STRICT`,
    `CREATE TABLE audit_head ( -- one row: the last event's
       position INTEGER NOT NULL,
       hash     TEXT NOT NULL
     ) STRICT`,
    `INSERT INTO audit_head (position, hash) VALUES (0, '${"0".repeat(64)}')`,
  ],
  [
    // The last event that was pruned, from which the chain goes on.
    `ALTER TABLE audit_head ADD COLUMN pruned_position INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE audit_head ADD COLUMN pruned_hash TEXT NOT NULL DEFAULT '${"0".repeat(64)}'`,
  ],
  [
    `ALTER TABLE audit_head ADD COLUMN signed_head TEXT`, // a JSON object; see audit/signed-head.ts
  ],
  [
    `CREATE TABLE webhook_endpoint (
       endpoint         TEXT NOT NULL PRIMARY KEY,
       position         INTEGER NOT NULL,          -- up to which all audit events are delivered, or wait, or are dead
       holder           TEXT,                      -- the process that delivers
       lease_expires_at INTEGER NOT NULL DEFAULT 0 -- by the clock of the database
     ) STRICT`,
    `CREATE TABLE webhook_message ( -- those that were not taken at first; see webhooks/transitions.ts
       endpoint TEXT NOT NULL,
       position INTEGER NOT NULL, -- of its audit event
       id       TEXT NOT NULL,
       lane     TEXT NOT NULL,    -- the client, or empty
       body     TEXT NOT NULL,
       attempts INTEGER NOT NULL,
       retry_at INTEGER NOT NULL,
       dead_at  INTEGER,
       problem  TEXT,             -- of the last attempt
       PRIMARY KEY (endpoint, position)
     ) STRICT`,
    `CREATE INDEX webhook_message_dead ON webhook_message (endpoint, position) WHERE dead_at IS NOT NULL`,
  ],
];

/** Marks a file as ours in its header: "ODCR". */
const APPLICATION_ID = 0x4f444352;

/** The version that this release reads and writes. */
const SCHEMA_VERSION = SQLITE_MIGRATIONS.length;

export type SchemaState = "empty" | "ours" | "foreign_database" | "newer_schema";

/** Whose database this is. To be called in a transaction, as another process may be creating the schema right now. */
export function schemaState(database: SqliteDatabase): SchemaState {
  const version = Number(pragma(database, "user_version"));
  const application = Number(pragma(database, "application_id"));
  if (application === APPLICATION_ID) return version > SCHEMA_VERSION ? "newer_schema" : "ours";
  const untouched = application === 0 && version === 0;
  const tables = database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").all();
  return untouched && tables.length === 0 ? "empty" : "foreign_database";
}

/**
 * Brings the schema to this release's version, or says why not. Processes that start at once take turns: each looks
 * again under the write lock, and finds the work done by whoever came first.
 */
export function migrate(database: SqliteDatabase, transaction: Transaction): SchemaState {
  return transaction(() => {
    const state = schemaState(database);
    if (state !== "empty" && state !== "ours") return state;
    for (const statement of SQLITE_MIGRATIONS.slice(Number(pragma(database, "user_version"))).flat()) {
      database.exec(statement);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    // Written even when nothing changes: a database that cannot be written must be found now.
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    return "ours";
  });
}
