import { POSTGRES_EVENT_CLIENT } from "../sql/event-client.js";
import { shardOf } from "./pools.js";
import { mendSearchValues } from "../sql/mend-search-values.js";
import type { Transition } from "../sql/transition.js";

/**
 * Step n leads from version n to version n + 1. A step that was released is never changed; add one. Text is compared and
 * sorted code unit by code unit (`COLLATE "C"`), whatever the database's own order is. Metadata is TEXT, as JSON's own
 * escapes would not survive in JSONB.
 */
export const POSTGRES_MIGRATIONS: readonly ((schema: string) => readonly string[] | Transition<void>)[] = [
  (schema) => [
    `CREATE TABLE ${schema}client (
       client_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
       client_id_issued_at BIGINT NOT NULL, -- seconds since the epoch, as all instants
       version BIGINT NOT NULL,
       client_secret_hash TEXT COLLATE "C", -- SHA-256 in hexadecimal, as all hashes
       client_secret_expires_at BIGINT, -- 0 for never
       previous_client_secret_hash TEXT COLLATE "C",
       previous_client_secret_expires_at BIGINT,
       registration_access_token_hash TEXT COLLATE "C",
       status TEXT COLLATE "C" NOT NULL,
       expires_at BIGINT,
       last_used_at BIGINT,
       fingerprint TEXT COLLATE "C",
       quota_keys TEXT, -- a JSON array
       requirements TEXT NOT NULL, -- a JSON object
       origin TEXT NOT NULL, -- a JSON object
       software_statement TEXT, -- as it was sent
       metadata TEXT NOT NULL -- a JSON object
     )`,
    `CREATE INDEX client_registration_access_token_hash ON ${schema}client (registration_access_token_hash)
       WHERE registration_access_token_hash IS NOT NULL`,
    `CREATE UNIQUE INDEX client_fingerprint ON ${schema}client (fingerprint) WHERE fingerprint IS NOT NULL`,
    `CREATE INDEX client_expires_at ON ${schema}client (expires_at, client_id) WHERE expires_at IS NOT NULL`,
    `CREATE TABLE ${schema}quota_count (
       quota_key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
       clients BIGINT NOT NULL -- how many have that key among their quota_keys
     )`,
    `CREATE TABLE ${schema}initial_access_token (
       id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
       token_hash TEXT COLLATE "C" NOT NULL,
       issued_at BIGINT NOT NULL,
       expires_at BIGINT NOT NULL,
       uses_left BIGINT NOT NULL CHECK (uses_left >= 0),
       revoked_at BIGINT,
       label TEXT,
       owner TEXT,
       constraints TEXT NOT NULL -- a JSON object
     )`,
  ],
  (schema) => [
    `CREATE TABLE ${schema}audit_event (
       position BIGINT NOT NULL PRIMARY KEY, -- 1, 2, 3 and so on, without a gap
       event TEXT NOT NULL, -- a JSON object, as it was hashed
       hash TEXT COLLATE "C" NOT NULL -- SHA-256 in hexadecimal; see audit/chain.ts
     )`,
    `CREATE TABLE ${schema}audit_head ( -- one row: the last event's
       position BIGINT NOT NULL,
       hash TEXT COLLATE "C" NOT NULL
     )`,
    `INSERT INTO ${schema}audit_head (position, hash) VALUES (0, '${"0".repeat(64)}')`,
  ],
  (schema) => [
    // First, so that running registrations are waited for. The new table has another name: a process of an older version
    // would take a client that leaves out of each of its rows.
    `DROP TABLE ${schema}quota_count`,
    `CREATE TABLE ${schema}quota_shard (
       quota_key TEXT COLLATE "C" NOT NULL,
       shard SMALLINT NOT NULL, -- of the client's identifier; see postgres/pools.ts
       clients BIGINT NOT NULL, -- how many of the shard have that key among their quota_keys
       PRIMARY KEY (quota_key, shard)
     )`,
    `INSERT INTO ${schema}quota_shard (quota_key, shard, clients)
       SELECT quota_key, ${shardOf("client_id")}, count(DISTINCT client_id)
       FROM ${schema}client, jsonb_array_elements_text(quota_keys::jsonb) AS pool (quota_key)
       GROUP BY 1, 2`,
  ],
  (schema) => [
    // The last event that was pruned, from which the chain goes on.
    `ALTER TABLE ${schema}audit_head ADD COLUMN pruned_position BIGINT NOT NULL DEFAULT 0`,
    `ALTER TABLE ${schema}audit_head ADD COLUMN pruned_hash TEXT NOT NULL DEFAULT '${"0".repeat(64)}'`,
  ],
  (schema) => [
    `CREATE TABLE ${schema}audit_pending ( -- events that were written with their change, until the chain has them
       id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       event TEXT NOT NULL -- a JSON object
     )`,
    `ALTER TABLE ${schema}audit_head ADD COLUMN signed_head TEXT`, // a JSON object; see audit/signed-head.ts
  ],
  (schema) => [
    `ALTER TABLE ${schema}client
       ADD COLUMN administration TEXT, -- a JSON object
       -- What follows from the others, to find and to count by.
       ADD COLUMN source TEXT COLLATE "C" NOT NULL DEFAULT 'open',
       ADD COLUMN tier TEXT COLLATE "C" NOT NULL DEFAULT 'unknown',
       ADD COLUMN owner TEXT COLLATE "C",
       ADD COLUMN name TEXT COLLATE "C", -- the beginning of client_name in lower case
       ADD COLUMN terms TEXT -- a JSON array of tag:… and host:…`,
    // By patterns, as there may be escapes in the JSON that jsonb refuses. What has one is found once it changes.
    `UPDATE ${schema}client SET source = substring(origin from '"source":"([a-z_]+)"'),
       owner = substring(origin from '"owner":"([^"\\\\]+)"'),
       name = lower(left(substring(metadata from '"client_name":"([^"\\\\]+)"'), 100)),
       terms = (SELECT json_agg(DISTINCT 'host:' || lower(host[1]))::text
         FROM regexp_matches(substring(metadata from '"redirect_uris":\\[([^\\]]*)\\]'),
           '"https://([^/:"?#\\\\]+)', 'g') AS host)`,
    `CREATE INDEX client_owner ON ${schema}client (owner, client_id) WHERE owner IS NOT NULL`,
    `CREATE INDEX client_name ON ${schema}client (name, client_id) WHERE name IS NOT NULL`,
    `CREATE INDEX client_last_used_at ON ${schema}client (last_used_at, client_id)
       WHERE last_used_at IS NOT NULL`,
    `CREATE INDEX client_status ON ${schema}client (status, client_id)
       WHERE status IN ('awaiting_approval', 'disabled')`,
    `CREATE INDEX client_tier ON ${schema}client (tier, client_id) WHERE tier <> 'unknown'`,
    `CREATE INDEX client_source ON ${schema}client (source, client_id)
       WHERE source NOT IN ('open', 'initial_access_token')`,
    `CREATE TABLE ${schema}client_term (
       term TEXT COLLATE "C" NOT NULL,
       client_id TEXT COLLATE "C" NOT NULL,
       PRIMARY KEY (term, client_id)
     )`,
    `INSERT INTO ${schema}client_term (term, client_id)
       SELECT jsonb_array_elements_text(terms::jsonb), client_id FROM ${schema}client WHERE terms IS NOT NULL`,
    `CREATE FUNCTION ${schema}put_client_terms() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
       IF TG_OP <> 'INSERT' AND OLD.terms IS NOT NULL THEN
         DELETE FROM ${schema}client_term WHERE client_id = OLD.client_id
           AND term IN (SELECT jsonb_array_elements_text(OLD.terms::jsonb));
       END IF;
       IF TG_OP <> 'DELETE' AND NEW.terms IS NOT NULL THEN
         INSERT INTO ${schema}client_term (term, client_id)
           SELECT jsonb_array_elements_text(NEW.terms::jsonb), NEW.client_id;
       END IF;
       RETURN NULL;
     END $body$`,
    `CREATE TRIGGER client_terms_added AFTER INSERT ON ${schema}client FOR EACH ROW
       WHEN (NEW.terms IS NOT NULL) EXECUTE FUNCTION ${schema}put_client_terms()`,
    `CREATE TRIGGER client_terms_changed AFTER UPDATE OF terms ON ${schema}client FOR EACH ROW
       WHEN (NEW.terms IS DISTINCT FROM OLD.terms) EXECUTE FUNCTION ${schema}put_client_terms()`,
    `CREATE TRIGGER client_terms_deleted AFTER DELETE ON ${schema}client FOR EACH ROW
       WHEN (OLD.terms IS NOT NULL) EXECUTE FUNCTION ${schema}put_client_terms()`,
    `CREATE TABLE ${schema}client_count ( -- how many clients have the same of all four
       source TEXT COLLATE "C" NOT NULL,
       tier TEXT COLLATE "C" NOT NULL,
       status TEXT COLLATE "C" NOT NULL,
       owner TEXT COLLATE "C" NOT NULL, -- '' for none
       clients BIGINT NOT NULL,
       PRIMARY KEY (source, tier, status, owner)
     )`,
    // What came since, row by row: registrations would wait for each other's commit at a row that all of them change.
    `CREATE TABLE ${schema}client_count_change (LIKE ${schema}client_count)`,
    `INSERT INTO ${schema}client_count (source, tier, status, owner, clients)
       SELECT source, tier, status, coalesce(owner, ''), count(*) FROM ${schema}client GROUP BY 1, 2, 3, 4`,
    `CREATE FUNCTION ${schema}count_client() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
       IF TG_OP <> 'INSERT' THEN
         INSERT INTO ${schema}client_count_change (source, tier, status, owner, clients)
           VALUES (OLD.source, OLD.tier, OLD.status, coalesce(OLD.owner, ''), -1);
       END IF;
       IF TG_OP <> 'DELETE' THEN
         INSERT INTO ${schema}client_count_change (source, tier, status, owner, clients)
           VALUES (NEW.source, NEW.tier, NEW.status, coalesce(NEW.owner, ''), 1);
       END IF;
       RETURN NULL;
     END $body$`,
    `CREATE TRIGGER client_count_added_or_deleted AFTER INSERT OR DELETE ON ${schema}client FOR EACH ROW
       EXECUTE FUNCTION ${schema}count_client()`,
    `CREATE TRIGGER client_count_changed AFTER UPDATE OF source, tier, status, owner ON ${schema}client
       FOR EACH ROW WHEN ((NEW.source, NEW.tier, NEW.status, NEW.owner)
         IS DISTINCT FROM (OLD.source, OLD.tier, OLD.status, OLD.owner))
       EXECUTE FUNCTION ${schema}count_client()`,
  ],
  (schema) => [
    `CREATE TABLE ${schema}webhook_endpoint (
       endpoint TEXT COLLATE "C" NOT NULL PRIMARY KEY,
       position BIGINT NOT NULL, -- up to which all audit events are delivered, or wait, or are dead
       holder TEXT COLLATE "C", -- the process that delivers
       lease_expires_at BIGINT NOT NULL DEFAULT 0 -- by the clock of the database
     )`,
    `CREATE TABLE ${schema}webhook_message ( -- those that were not taken at first; see webhooks/transitions.ts
       endpoint TEXT COLLATE "C" NOT NULL,
       position BIGINT NOT NULL, -- of its audit event
       id TEXT COLLATE "C" NOT NULL,
       lane TEXT COLLATE "C" NOT NULL, -- the client, or empty
       body TEXT NOT NULL,
       attempts BIGINT NOT NULL,
       retry_at BIGINT NOT NULL,
       dead_at BIGINT,
       problem TEXT, -- of the last attempt
       PRIMARY KEY (endpoint, position)
     )`,
    `CREATE INDEX webhook_message_dead ON ${schema}webhook_message (endpoint, position) WHERE dead_at IS NOT NULL`,
  ],
  (schema) => [
    `CREATE TABLE ${schema}consent (
       user_id TEXT COLLATE "C" NOT NULL, -- as the server around us names the user
       client_id TEXT COLLATE "C" NOT NULL REFERENCES ${schema}client ON DELETE CASCADE,
       grants TEXT NOT NULL, -- a JSON array; see consent-store.ts of core
       PRIMARY KEY (user_id, client_id)
     )`,
    `CREATE INDEX consent_client ON ${schema}consent (client_id, user_id)`,
  ],
  (schema) => [
    `CREATE INDEX audit_event_client ON ${schema}audit_event (${POSTGRES_EVENT_CLIENT}, position)
       WHERE ${POSTGRES_EVENT_CLIENT} IS NOT NULL`,
  ],
  (schema) => mendSearchValues(schema, MAY_DIFFER),
];

/**
 * What the patterns of version 6 read wrongly: names and owners with an escape, which they left out, letters whose lower case
 * depends on the database, and hosts with a 1 or a $, at which they cut a host off.
 */
const MAY_DIFFER = `octet_length(metadata) <> char_length(metadata) OR octet_length(origin) <> char_length(origin)
  OR position(chr(92) in metadata) > 0 OR position(chr(92) in origin) > 0 OR metadata ~ 'https://[^/"]*[1$]'`;

/** The version that this release reads and writes. */
export const POSTGRES_VERSION = POSTGRES_MIGRATIONS.length;
