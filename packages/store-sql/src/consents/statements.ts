import type { Dialect } from "../sql/statements.js";

/** Every statement on consents. A write answers with a row for each row that it changed. */
export function consentStatements({ schema, forUpdate, forKeyShare }: Dialect) {
  const [client, consent] = ["client", "consent"].map((table) => schema + table);
  const columns = "user_id, client_id, grants";
  return {
    /** Keeps the client from being deleted until the transaction ends. Takes its identifier. */
    shareClient: `SELECT requirements, status FROM ${client} WHERE client_id = ?${forKeyShare}`,
    /** Takes the user and the client, like the next. */
    findConsent: `SELECT ${columns} FROM ${consent} WHERE user_id = ? AND client_id = ?`,
    lockConsent: `SELECT ${columns} FROM ${consent} WHERE user_id = ? AND client_id = ?${forUpdate}`,
    /** Takes the user, the client and the grants. */
    insertConsent: `INSERT INTO ${consent} (${columns}) VALUES (?, ?, ?)
      ON CONFLICT (user_id, client_id) DO NOTHING RETURNING user_id`,
    /** Takes the grants, the user and the client. */
    updateConsent: `UPDATE ${consent} SET grants = ? WHERE user_id = ? AND client_id = ? RETURNING user_id`,
    /** Takes the user and the client. */
    deleteConsent: `DELETE FROM ${consent} WHERE user_id = ? AND client_id = ? RETURNING user_id`,
    /** Takes the user. */
    deleteConsentsOfUser: `DELETE FROM ${consent} WHERE user_id = ? RETURNING client_id`,
    /** Takes the user, the client before the first, and how many. */
    listOfUser: `SELECT ${columns} FROM ${consent} WHERE user_id = ? AND client_id > ? ORDER BY client_id LIMIT ?`,
    /** Takes the client, the user before the first, and how many. */
    listForClient: `SELECT ${columns} FROM ${consent} WHERE client_id = ? AND user_id > ? ORDER BY user_id LIMIT ?`,
  };
}
