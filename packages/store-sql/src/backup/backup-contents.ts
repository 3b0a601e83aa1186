/** How much a backup has in it. */
export interface BackupContents {
  /** Registered clients. */
  readonly clients: number;
  /** Initial access tokens. */
  readonly initialAccessTokens: number;
  /** Events of the audit log. */
  readonly auditEvents: number;
}

/** From the number of rows of each table. */
export function backupContents(rows: Readonly<Record<string, number>>): BackupContents {
  return {
    clients: rows["client"] ?? 0,
    initialAccessTokens: rows["initial_access_token"] ?? 0,
    auditEvents: rows["audit_event"] ?? 0,
  };
}
