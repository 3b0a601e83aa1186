import type { InitialAccessToken, InitialAccessTokenConstraints } from "@oauth-dcr/core";
import { isStorable } from "./client-row.js";
import type { SqliteDatabase } from "./sqlite-database.js";

const COLUMNS = "id, token_hash, issued_at, expires_at, uses_left, revoked_at, label, owner, constraints";

/** The statements on initial access tokens. */
export function prepareTokenStatements(database: SqliteDatabase) {
  return {
    insert: database.prepare(
      `INSERT INTO initial_access_token (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO NOTHING`,
    ),
    find: database.prepare(`SELECT ${COLUMNS} FROM initial_access_token WHERE id = ?`),
    list: database.prepare(`SELECT ${COLUMNS} FROM initial_access_token WHERE id > ? ORDER BY id LIMIT ?`),
    spend: database.prepare(
      `UPDATE initial_access_token SET uses_left = uses_left - 1
       WHERE id = ? AND uses_left > 0 AND revoked_at IS NULL AND expires_at > ?`,
    ),
    giveBack: database.prepare("UPDATE initial_access_token SET uses_left = uses_left + 1 WHERE id = ?"),
    revoke: database.prepare(
      "UPDATE initial_access_token SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?",
    ),
  };
}

/** @throws TypeError for what the table cannot hold */
export function toTokenRow(token: InitialAccessToken): readonly (string | number | null)[] {
  const { id, tokenHash, issuedAt, expiresAt, usesLeft, revokedAt, label, owner, constraints } = token;
  for (const text of [id, label ?? "", owner ?? ""]) {
    if (!isStorable(text)) throw new TypeError("id, label and owner: must be well-formed and without NUL");
  }
  for (const number of [issuedAt, expiresAt, usesLeft, revokedAt ?? 0]) {
    if (!Number.isSafeInteger(number)) throw new TypeError("instants and uses: must be whole numbers");
  }
  return [
    id,
    tokenHash,
    issuedAt,
    expiresAt,
    usesLeft,
    revokedAt ?? null,
    label ?? null,
    owner ?? null,
    JSON.stringify(constraints),
  ];
}

/** The token of a row; a STRICT table holds no other types than these. */
export function fromTokenRow(row: unknown): InitialAccessToken {
  const stored = row as {
    id: string;
    token_hash: string;
    issued_at: number;
    expires_at: number;
    uses_left: number;
    revoked_at: number | null;
    label: string | null;
    owner: string | null;
    constraints: string;
  };
  return {
    id: stored.id,
    tokenHash: stored.token_hash,
    issuedAt: stored.issued_at,
    expiresAt: stored.expires_at,
    usesLeft: stored.uses_left,
    ...(stored.revoked_at !== null && { revokedAt: stored.revoked_at }),
    ...(stored.label !== null && { label: stored.label }),
    ...(stored.owner !== null && { owner: stored.owner }),
    constraints: JSON.parse(stored.constraints) as InitialAccessTokenConstraints,
  };
}
