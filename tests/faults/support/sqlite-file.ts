import Database from "libsql";
import { expect } from "vitest";

/** What a database holds of a client. */
export interface StoredClient {
  readonly clientId: string;
  readonly name: string;
}

/**
 * The clients in a SQLite file, once it is whole: what is counted is what is there.
 *
 * @param usesGiven to each initial access token in it; none of their clients was deleted
 */
export function readWhole(file: string, usesGiven = 0): readonly StoredClient[] {
  const database = new Database(file);
  const all = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[];
  try {
    expect(all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    expect(all("SELECT quota_key, clients FROM quota_count ORDER BY quota_key")).toEqual(
      all(`SELECT value AS quota_key, count(*) AS clients FROM client, json_each(quota_keys)
        GROUP BY value ORDER BY value`),
    );
    expect(
      all(`SELECT client_id FROM client
        WHERE quota_keys IS NOT NULL AND status NOT IN ('pending', 'awaiting_approval')`),
    ).toEqual([]);
    for (const { left, spent } of all(
      `SELECT uses_left AS left, (SELECT count(*) FROM client
        WHERE json_extract(origin, '$.initialAccessTokenId') = id) AS spent FROM initial_access_token`,
    )) {
      expect(Number(left) + Number(spent)).toBe(usesGiven);
    }
    return all("SELECT client_id, metadata FROM client").map(({ client_id, metadata }) => {
      const { client_name, redirect_uris } = JSON.parse(String(metadata)) as Record<string, unknown>;
      expect(redirect_uris).toEqual([expect.stringMatching(/\/callback$/)]);
      return { clientId: String(client_id), name: String(client_name) };
    });
  } finally {
    database.close();
  }
}

/** Every row of every table. */
export function contentsOf(file: string): unknown {
  const database = new Database(file);
  try {
    return ["client", "initial_access_token", "quota_count"].map((table) =>
      database.prepare(`SELECT * FROM ${table} ORDER BY 1`).all(),
    );
  } finally {
    database.close();
  }
}
