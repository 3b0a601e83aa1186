import type { RegisteredClient } from "@oauth-dcr/core";
import type { CreateClientGuards, Quota } from "@oauth-dcr/core/store";
import { CLIENT_COLUMNS, type ClientRow } from "../sql/client-row.js";
import type { Condition } from "./connection.js";
import type { Query } from "../sql/transition.js";

/* The conditions that changes rest on, and the statements that D1 has for itself. */

/** Takes a JSON array of identifiers. */
export const LISTED = "client_id IN (SELECT value FROM json_each(?))";

export function clientIdIsFree(clientId: string): Condition {
  return { sql: "NOT EXISTS (SELECT 1 FROM client WHERE client_id = ?)", values: [clientId] };
}

export function fingerprintIsNew(fingerprint: string): Condition {
  return { sql: "NOT EXISTS (SELECT 1 FROM client WHERE fingerprint = ?)", values: [fingerprint] };
}

/** Whether a token has a use left. */
export function tokenHasUse({
  id,
  at,
}: NonNullable<CreateClientGuards["spendInitialAccessToken"]>): Condition {
  return {
    sql: `EXISTS (SELECT 1 FROM initial_access_token
      WHERE id = ? AND uses_left > 0 AND revoked_at IS NULL AND expires_at > ?)`,
    values: [id, at],
  };
}

/** Whether a pool takes one more. */
export function hasRoom({ key, limit }: Quota): Condition {
  return {
    sql: "coalesce((SELECT clients FROM quota_count WHERE quota_key = ?), 0) < ?",
    values: [key, limit],
  };
}

/** Whether a client is in every column what it was. */
export function asRead(row: ClientRow): Condition {
  const [clientId, ...others] = CLIENT_COLUMNS;
  return {
    sql: `EXISTS (SELECT 1 FROM client
      WHERE ${clientId} = ? AND ${others.map((column) => `${column} IS ?`).join(" AND ")})`,
    values: row,
  };
}

/** Lets a client end later, or never; provided that it would end earlier. */
export function renewal(client: RegisteredClient): { readonly provided: Condition; readonly write: Query } {
  const { clientId, fingerprint = "" } = client;
  const expiresAt = client.expiresAt ?? null;
  return {
    provided: {
      // 9e999 is infinite: later than any instant.
      sql: `EXISTS (SELECT 1 FROM client
        WHERE client_id = ? AND fingerprint = ? AND expires_at < coalesce(?, 9e999))`,
      values: [clientId, fingerprint, expiresAt],
    },
    write: { sql: "UPDATE client SET expires_at = ? WHERE client_id = ?", values: [expiresAt, clientId] },
  };
}

/** Takes the clients of that condition out of their pools; to be run before they change. */
export function leavePools({ sql, values }: Condition): readonly Query[] {
  const pools = `client, json_each(client.quota_keys) AS pool WHERE ${sql}`;
  return [
    {
      // A client that names a pool twice counts in it once.
      sql: `UPDATE quota_count SET clients = clients - leaving.number
        FROM (SELECT pool.value AS key, count(DISTINCT client_id) AS number FROM ${pools} GROUP BY pool.value)
          AS leaving
        WHERE quota_key = leaving.key`,
      values,
    },
    {
      sql: `DELETE FROM quota_count WHERE clients <= 0 AND quota_key IN (SELECT pool.value FROM ${pools})`,
      values,
    },
  ];
}
