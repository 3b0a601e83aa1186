/* What triggers do to `client_count`; released migrations are made of it, and it never changes. */

/** Counts a client that came. */
export function countIn(row: string): string {
  return `INSERT INTO client_count (source, tier, status, owner, clients)
    VALUES (${row}.source, ${row}.tier, ${row}.status, ifnull(${row}.owner, ''), 1)
    ON CONFLICT (source, tier, status, owner) DO UPDATE SET clients = clients + 1;`;
}

/** Counts a client that went. */
export function countOut(row: string): string {
  const alike = `source = ${row}.source AND tier = ${row}.tier AND status = ${row}.status
    AND owner = ifnull(${row}.owner, '')`;
  return `UPDATE client_count SET clients = clients - 1 WHERE ${alike};
    DELETE FROM client_count WHERE ${alike} AND clients <= 0;`;
}
