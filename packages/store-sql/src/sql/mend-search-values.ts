import type { RegisteredClient } from "@oauth-dcr/core";
import { clientSearchValues } from "@oauth-dcr/core/store";
import { query, type Row, type SqlValue, type Transition } from "./transition.js";

const CLIENTS_AT_A_TIME = 500;

/**
 * Writes owner, name, tags and hosts of clients anew, as the code makes them and not as SQL made them in a migration: SQL does not
 * know every escape of JSON, nor the lower case of every letter.
 *
 * @param mayDiffer a condition on the columns of a client, true wherever SQL may have made something else
 */
export function* mendSearchValues(schema: string, mayDiffer: string): Transition<void> {
  for (let after = ""; ;) {
    const rows = yield* query(
      `SELECT client_id, origin, metadata, administration, owner, name, terms FROM ${schema}client
        WHERE client_id > ? AND (${mayDiffer}) ORDER BY client_id LIMIT ${CLIENTS_AT_A_TIME}`,
      after,
    );
    for (const row of rows) {
      const values = searchValuesOf(row);
      if (!values || ["owner", "name", "terms"].every((column, index) => row[column] === values[index]))
        continue;
      yield* query(
        `UPDATE ${schema}client SET owner = ?, name = ?, terms = ? WHERE client_id = ? RETURNING client_id`,
        ...values,
        row["client_id"] as string,
      );
    }
    if (rows.length < CLIENTS_AT_A_TIME) return;
    after = rows.at(-1)?.["client_id"] as string;
  }
}

/** `undefined` for a client that is no client: one of them must not keep the database from opening. */
function searchValuesOf(row: Row): readonly SqlValue[] | undefined {
  try {
    const parsed = (column: string): unknown => JSON.parse((row[column] ?? "{}") as string);
    const { owner, name, terms } = clientSearchValues({
      clientId: row["client_id"] as string,
      origin: parsed("origin"),
      metadata: parsed("metadata"),
      administration: parsed("administration"),
    } as RegisteredClient);
    return [owner ?? null, name ?? null, terms.length > 0 ? JSON.stringify(terms) : null];
  } catch {
    return undefined;
  }
}
