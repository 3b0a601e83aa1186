/** Whether a database is named by the URL of a PostgreSQL server. */
export function isPostgresUrl(database: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(database);
}
