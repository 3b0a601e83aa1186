import type { InitialAccessToken, InitialAccessTokenConstraints } from "@oauth-dcr/core/store";
import { isStorable } from "./client-row.js";
import type { Row, SqlValue } from "./transition.js";

/** The columns, in the order of a row. */
export const TOKEN_COLUMNS = [
  "id",
  "token_hash",
  "issued_at",
  "expires_at",
  "uses_left",
  "revoked_at",
  "label",
  "owner",
  "constraints",
] as const;

/** @throws TypeError for what the table cannot hold */
export function toTokenRow(token: InitialAccessToken): readonly SqlValue[] {
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

/** The token of a row. The table holds no other types than these. */
export function fromTokenRow(row: Row): InitialAccessToken {
  const text = (column: Column) => (row[column] ?? undefined) as string | undefined;
  const [label, owner] = [text("label"), text("owner")];
  return {
    id: row["id"] as string,
    tokenHash: row["token_hash"] as string,
    issuedAt: Number(row["issued_at"]),
    expiresAt: Number(row["expires_at"]),
    usesLeft: Number(row["uses_left"]),
    ...(row["revoked_at"] !== null && { revokedAt: Number(row["revoked_at"]) }),
    ...(label !== undefined && { label }),
    ...(owner !== undefined && { owner }),
    constraints: JSON.parse(row["constraints"] as string) as InitialAccessTokenConstraints,
  };
}

type Column = (typeof TOKEN_COLUMNS)[number];
