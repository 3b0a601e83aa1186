import type { Awaitable } from "@oauth-dcr/core";
import type { Dialect } from "./statements.js";
import type { Query, Row, SqlValue } from "./transition.js";

/** The most consents that one transaction deletes: some ten milliseconds, in which SQLite blocks the thread. */
const PART = 1000;
/** So many may go with each client of a batch. */
const FEWEST_LEFT = 100;

/**
 * Makes the function that brings down the consents of clients which are about to be deleted, in short transactions, until so few
 * are left that they can go with their client. The client goes last, in one transaction with the rest: if the process ends before,
 * the client is still there with what is left, and the deletion can be repeated.
 */
export function ledgerThinner(
  { schema, listed }: Dialect,
  rows: (query: Query) => Awaitable<readonly Row[]>,
  write: (query: Query) => Promise<unknown>,
) {
  const [client, consent] = [`${schema}client`, `${schema}consent`];
  // The offset ends the look at a ledger, however large it is.
  const large = (
    condition: string,
  ) => `SELECT client_id FROM ${client} AS large WHERE ${condition} AND EXISTS (
    SELECT 1 FROM ${consent} AS given WHERE given.client_id = large.client_id LIMIT 1 OFFSET ?)`;
  const one = large("client_id = ?");
  const expired = large(`client_id IN (${listed}) AND expires_at <= ?`);
  const deletePart = `DELETE FROM ${consent} WHERE client_id = ? AND user_id IN (
    SELECT user_id FROM ${consent} WHERE client_id = ? ORDER BY user_id LIMIT ?) RETURNING user_id`;

  async function thin(sql: string, ...values: readonly SqlValue[]): Promise<void> {
    const find = async () => (await rows({ sql, values })).map((row) => row["client_id"] as string);
    // Looks again after each part: a client may have been used meanwhile, and keeps what it has.
    for (let [id] = await find(); id !== undefined; [id] = await find()) {
      await write({ sql: deletePart, values: [id, id, PART] });
    }
  }

  return {
    ofClient: async (clientId: string) => thin(one, clientId, PART),
    ofExpired: async (clientIds: readonly string[], now: number) =>
      thin(
        expired,
        JSON.stringify(clientIds),
        now,
        Math.max(FEWEST_LEFT, Math.floor(PART / clientIds.length)),
      ),
  };
}
