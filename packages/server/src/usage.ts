import { BACKUP_USAGE } from "./backup-command.js";
import { AUDIT_USAGE } from "./audit-command.js";
import { CLIENTS_USAGE } from "./clients-command.js";
import { SETTINGS } from "./setting-table.js";
import { TOKEN_USAGE } from "./token-command.js";
import { WEBHOOKS_USAGE } from "./webhooks-command.js";

/** The help text, made from the settings themselves. */
export function usage(): string {
  const rows = Object.entries(SETTINGS).map(([flag, { value, env, default: byDefault, says }]) => {
    const shown = byDefault === "" ? "" : ` (default: ${byDefault})`;
    return `  --${flag} ${value}\n      ${says}${shown}; environment: ${env}`;
  });
  return `usage: oauth-dcr serve [flags]\n       ${TOKEN_USAGE}\n       ${CLIENTS_USAGE}\n       ${AUDIT_USAGE}\n       ${WEBHOOKS_USAGE}\n       ${BACKUP_USAGE}\n\nServes OAuth 2.0 client registration.\n\n${rows.join("\n")}\n`;
}

/** The settings as the table that the documents show. */
export function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(
    ([flag, { value, env, default: byDefault, says }]) =>
      `| \`--${flag} ${value}\` | \`${env}\` | ${byDefault === "" ? "" : `\`${byDefault}\``} | ${says} |`,
  );
  return ["| flag | environment | default | meaning |", "|---|---|---|---|", ...rows].join("\n");
}
