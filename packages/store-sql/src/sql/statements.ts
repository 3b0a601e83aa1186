import { CLIENT_COLUMNS } from "./client-row.js";
import { TOKEN_COLUMNS } from "./token-row.js";

/** Where the databases do not speak the same SQL. Parameters are written `?` for all of them. */
export interface Dialect {
  /** What stands before the name of a table, such as `"oauth_dcr".`. */
  readonly schema: string;
  /** Behind a SELECT of rows that the transaction is going to change. */
  readonly forUpdate: string;
  /** Behind a SELECT of rows that must stay as long as the transaction lasts, whatever else of them changes. */
  readonly forKeyShare: string;
  /** The texts in one parameter, a JSON array, as a table. */
  readonly listed: string;
  /** The elements of one parameter, a JSON array, as a table whose column is `value`. */
  readonly elements: string;
  /** The numbers of clients by what they are counted by: a table, or a query in parentheses. */
  readonly counts: string;
  /** What tells clients of one name apart in the index of names. */
  readonly namesake: "client_id" | "rowid";
  /**
   * A condition that an index of a part of the rows serves. SQLite uses the index only where the query repeats the index's own
   * condition. PostgreSQL proves it, and would take the repetition for a second filter that leaves far fewer rows.
   */
  readonly withPartialIndex: (condition: string, indexed: string) => string;
  /** A column in a condition that no index is to be used for. */
  readonly unindexed: (column: string) => string;
  /**
   * How the events of a client are found: an expression over `event`, word by word that of the index, and the same of a
   * parameter, which is the identifier as a text of JSON.
   */
  readonly eventClient: { readonly indexed: string; readonly given: string };
  /** The bytes of a text, whatever a driver would make of it. */
  readonly bytes: (column: string) => string;
}

export type Statements = ReturnType<typeof statements>;

/** Every statement on clients and tokens. A write answers with a row for each row that it changed. */
export function statements({ schema, forUpdate, listed, counts }: Dialect) {
  const [client, token] = ["client", "initial_access_token"].map((table) => schema + table);
  const clientColumns = CLIENT_COLUMNS.join(", ");
  const tokenColumns = TOKEN_COLUMNS.join(", ");
  const findClient = `SELECT ${clientColumns} FROM ${client} WHERE client_id = ?`;
  return {
    /** Takes the row's values. */
    insertClient: `INSERT INTO ${client} (${clientColumns}) VALUES (${parameters(CLIENT_COLUMNS)})
      ON CONFLICT DO NOTHING RETURNING client_id`,
    findClient,
    lockClient: findClient + forUpdate,
    findClientByRegistrationAccessToken: `SELECT ${clientColumns} FROM ${client}
      WHERE registration_access_token_hash = ?`,
    findClientByFingerprint: `SELECT ${clientColumns} FROM ${client} WHERE fingerprint = ?`,
    lockClientByFingerprint: `SELECT ${clientColumns} FROM ${client} WHERE fingerprint = ?${forUpdate}`,
    /** Takes the row's values, and then the identifier again. */
    replaceClient: `UPDATE ${client} SET ${CLIENT_COLUMNS.map((column) => `${column} = ?`).join(", ")}
      WHERE client_id = ? RETURNING client_id`,
    deleteClient: `DELETE FROM ${client} WHERE client_id = ? RETURNING client_id, quota_keys`,
    findExpiredClients: `SELECT ${clientColumns} FROM ${client} WHERE expires_at <= ?
      ORDER BY expires_at, client_id LIMIT ?`,
    deleteExpiredClients: `DELETE FROM ${client} WHERE client_id IN (${listed}) AND expires_at <= ?
      RETURNING client_id, quota_keys`,
    /** Those that the counts know, and of them those that have expired. Takes the instant. */
    countClients: `SELECT source, tier, status, owner, sum(clients) AS clients FROM ${counts} AS counts
      GROUP BY source, tier, status, owner HAVING sum(clients) > 0`,
    countExpiredClients: `SELECT source, tier, status, coalesce(owner, '') AS owner, count(*) AS clients FROM ${client}
      WHERE expires_at <= ? GROUP BY source, tier, status, coalesce(owner, '')`,

    insertToken: `INSERT INTO ${token} (${tokenColumns}) VALUES (${parameters(TOKEN_COLUMNS)})
      ON CONFLICT (id) DO NOTHING RETURNING id`,
    findToken: `SELECT ${tokenColumns} FROM ${token} WHERE id = ?`,
    listTokens: `SELECT ${tokenColumns} FROM ${token} WHERE id > ? ORDER BY id LIMIT ?`,
    spendToken: `UPDATE ${token} SET uses_left = uses_left - 1
      WHERE id = ? AND uses_left > 0 AND revoked_at IS NULL AND expires_at > ? RETURNING id`,
    giveTokenBack: `UPDATE ${token} SET uses_left = uses_left + 1 WHERE id = ? RETURNING id`,
    revokeToken: `UPDATE ${token} SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? RETURNING id`,
  };
}

function parameters(columns: readonly string[]): string {
  return columns.map(() => "?").join(", ");
}
