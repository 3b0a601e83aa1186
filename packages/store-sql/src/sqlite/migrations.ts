import { SQLITE_EVENT_CLIENT } from "../sql/event-client.js";
import { mendSearchValues } from "../sql/mend-search-values.js";
import type { Row, Transition } from "../sql/transition.js";
import { pragma, type SqliteDatabase } from "./database.js";
import type { Transaction } from "./transaction.js";

/**
 * The index of names with the number of the row, which it has in any case, and without the identifier. `migrate` also writes
 * names anew that an earlier step wrote, as SQLite's `lower` knows ASCII alone. D1 cannot: there a name in other letters is found
 * once its client changes.
 */
const NAMES_BY_ROW: readonly string[] = [
  `DROP INDEX client_name`,
  `CREATE INDEX client_name ON client (name) WHERE name IS NOT NULL`,
];

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
    `ALTER TABLE client ADD COLUMN administration TEXT`, // a JSON object
    // What follows from the others, to find and to count by.
    `ALTER TABLE client ADD COLUMN source TEXT NOT NULL DEFAULT 'open'`,
    `ALTER TABLE client ADD COLUMN tier TEXT NOT NULL DEFAULT 'unknown'`,
    `ALTER TABLE client ADD COLUMN owner TEXT`,
    `ALTER TABLE client ADD COLUMN name TEXT`, // the beginning of client_name in lower case
    `ALTER TABLE client ADD COLUMN terms TEXT`, // a JSON array of tag:… and host:…
    `UPDATE client SET source = json_extract(origin, '$.source'), owner = json_extract(origin, '$.owner'),
       name = lower(substr(nullif(json_extract(metadata, '$.client_name'), ''), 1, 100)),
       terms = (SELECT json_group_array(DISTINCT 'host:' || host) FROM (
         SELECT lower(substr(rest, 1, min(ifnull(nullif(instr(rest, '/'), 0), 9999),
           ifnull(nullif(instr(rest, ':'), 0), 9999), ifnull(nullif(instr(rest, '?'), 0), 9999)) - 1)) AS host
         FROM (SELECT substr(value, 9) AS rest FROM json_each(metadata, '$.redirect_uris')
           WHERE value LIKE 'https://%')) HAVING count(*) > 0)`,
    `CREATE INDEX client_owner ON client (owner, client_id) WHERE owner IS NOT NULL`,
    `CREATE INDEX client_name ON client (name, client_id) WHERE name IS NOT NULL`,
    `CREATE INDEX client_last_used_at ON client (last_used_at, client_id) WHERE last_used_at IS NOT NULL`,
    `CREATE INDEX client_status ON client (status, client_id)
       WHERE status IN ('awaiting_approval', 'disabled')`,
    `CREATE INDEX client_tier ON client (tier, client_id) WHERE tier <> 'unknown'`,
    `CREATE INDEX client_source ON client (source, client_id)
       WHERE source NOT IN ('open', 'initial_access_token')`,
    `CREATE TABLE client_term (
       term TEXT NOT NULL,
       client_id TEXT NOT NULL,
       PRIMARY KEY (term, client_id)
     ) STRICT, WITHOUT ROWID`,
    `INSERT INTO client_term (term, client_id)
       SELECT term.value, client_id FROM client, json_each(client.terms) AS term`,
    `CREATE TRIGGER client_terms_added AFTER INSERT ON client WHEN NEW.terms IS NOT NULL BEGIN
       INSERT INTO client_term (term, client_id) SELECT value, NEW.client_id FROM json_each(NEW.terms);
     END`,
    `CREATE TRIGGER client_terms_changed AFTER UPDATE OF terms ON client WHEN NEW.terms IS NOT OLD.terms BEGIN
       DELETE FROM client_term WHERE client_id = OLD.client_id
         AND term IN (SELECT value FROM json_each(ifnull(OLD.terms, '[]')));
       INSERT INTO client_term (term, client_id)
         SELECT value, NEW.client_id FROM json_each(ifnull(NEW.terms, '[]'));
     END`,
    `CREATE TRIGGER client_terms_deleted AFTER DELETE ON client WHEN OLD.terms IS NOT NULL BEGIN
       DELETE FROM client_term WHERE client_id = OLD.client_id
         AND term IN (SELECT value FROM json_each(OLD.terms));
     END`,
    `CREATE TABLE client_count ( -- how many clients have the same of all four
       source TEXT NOT NULL,
       tier TEXT NOT NULL,
       status TEXT NOT NULL,
       owner TEXT NOT NULL, -- '' for none
       clients INTEGER NOT NULL,
       PRIMARY KEY (source, tier, status, owner)
     ) STRICT, WITHOUT ROWID`,
    `INSERT INTO client_count (source, tier, status, owner, clients)
       SELECT source, tier, status, ifnull(owner, ''), count(*) FROM client GROUP BY 1, 2, 3, 4`,
    `CREATE TRIGGER client_count_added AFTER INSERT ON client BEGIN ${countIn("NEW")} END`,
    `CREATE TRIGGER client_count_deleted AFTER DELETE ON client BEGIN ${countOut("OLD")} END`,
    `CREATE TRIGGER client_count_changed AFTER UPDATE OF source, tier, status, owner ON client
       WHEN NEW.source <> OLD.source OR NEW.tier <> OLD.tier OR NEW.status <> OLD.status
         OR NEW.owner IS NOT OLD.owner
       BEGIN ${countOut("OLD")} ${countIn("NEW")} END`,
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
  [
    `CREATE TABLE consent (
       user_id   TEXT NOT NULL, -- as the server around us names the user
       client_id TEXT NOT NULL,
       grants    TEXT NOT NULL, -- a JSON array; see consent-store.ts of core
       PRIMARY KEY (user_id, client_id)
     ) STRICT`,
    `CREATE INDEX consent_client ON consent (client_id, user_id)`,
    // No foreign key: whether SQLite looks at one is a setting of each connection, and a trigger is not.
    `CREATE TRIGGER client_consents_deleted AFTER DELETE ON client BEGIN
       DELETE FROM consent WHERE client_id = OLD.client_id;
     END`,
  ],
  [
    `CREATE INDEX audit_event_client ON audit_event (${SQLITE_EVENT_CLIENT}, position)
       WHERE ${SQLITE_EVENT_CLIENT} IS NOT NULL`,
  ],
  NAMES_BY_ROW,
];

function countIn(row: string): string {
  return `INSERT INTO client_count (source, tier, status, owner, clients)
    VALUES (${row}.source, ${row}.tier, ${row}.status, ifnull(${row}.owner, ''), 1)
    ON CONFLICT (source, tier, status, owner) DO UPDATE SET clients = clients + 1;`;
}

function countOut(row: string): string {
  const alike = `source = ${row}.source AND tier = ${row}.tier AND status = ${row}.status
    AND owner = ifnull(${row}.owner, '')`;
  return `UPDATE client_count SET clients = clients - 1 WHERE ${alike};
    DELETE FROM client_count WHERE ${alike} AND clients <= 0;`;
}

/** SQLite's `lower` knows ASCII alone, and its JSON functions end a text at a NUL. */
const MAY_DIFFER = ["metadata", "origin"]
  .map((column) => `length(CAST(${column} AS BLOB)) <> length(${column}) OR instr(${column}, char(92)) > 0`)
  .join(" OR ");

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
    const from = Number(pragma(database, "user_version"));
    for (const statement of SQLITE_MIGRATIONS.slice(from).flat()) database.exec(statement);
    if (from <= SQLITE_MIGRATIONS.indexOf(NAMES_BY_ROW)) run(mendSearchValues("", MAY_DIFFER), database);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    // Written even when nothing changes: a database that cannot be written must be found now.
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    return "ours";
  });
}

function run(transition: Transition<void>, database: SqliteDatabase): void {
  let step = transition.next();
  while (!step.done) {
    const { sql, values } = step.value;
    step = transition.next(database.prepare(sql).all(...values) as Row[]);
  }
}
