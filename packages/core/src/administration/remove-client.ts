import { requireKnownOptions } from "../lib/known-options.js";
import { nowSeconds } from "../lib/clock.js";
import { requireThat } from "../lib/misuse.js";
import { namedOperator, requireOperator, type ByOperator } from "../lib/operator-name.js";
import { audited, type AdministrationConfig } from "./administration-config.js";

/** How long a removal that failed half-way keeps the record. After that a sweep ends it. */
const REMOVAL_SECONDS = 86_400;

/** Options of `removeClient`. */
export interface RemoveOptions extends ByOperator {
  /** The version that the operator looked at. A client of another version is not removed. Default: any version. */
  readonly version?: number;
  /** The reason, for the audit log. */
  readonly reason?: string;
}

/**
 * Disables a client, revokes its tokens and deletes its record, in this order: a token that is issued between the last two
 * finds its client disabled when its use is recorded. A removal that fails half-way is repeated whole.
 */
export async function removeClient(
  clientId: string,
  options: RemoveOptions = {},
  config: AdministrationConfig,
): Promise<boolean> {
  requireKnownOptions("options", options, [
    "version",
    "reason",
    "operator",
  ] satisfies (keyof RemoveOptions)[]);
  requireOperator(options.operator);
  const isVersion = options.version === undefined || Number.isSafeInteger(options.version);
  requireThat(isVersion, "ERR_OPTION", "version: must be a whole number");
  const { revokeTokens, store, clock } = config;
  requireThat(
    revokeTokens !== undefined,
    "ERR_OPTION",
    "clientAdministration: revokeTokens must be given, which revokes the tokens of a client that is removed",
  );
  const { version, reason, operator } = options;
  const change = {
    to: "disabled",
    expiresAt: nowSeconds(clock) + REMOVAL_SECONDS,
    ...(version !== undefined && { expectedVersion: version }),
    ...(reason !== undefined && { reason }),
  } as const;
  const more = { ...(reason !== undefined && { statusReason: reason }), ...namedOperator(operator) };
  // Disabling has its own event: when the tokens cannot be revoked, the client stays disabled, and the log tells of it.
  const isStopped = await audited(config, "client_disabled", clientId, more, async (auditEvents) => {
    const usable = { ...change, from: ["pending", "active", "awaiting_approval"] } as const;
    return (await store.changeClientStatus(clientId, usable, auditEvents)).outcome === "changed";
  });
  if (!isStopped) {
    const { outcome } = await store.changeClientStatus(clientId, { ...change, from: ["disabled"] });
    if (version !== undefined && outcome !== "changed") return false;
  }
  const client = await store.findClient(clientId);
  if (!client) return false;
  await revokeTokens(client);
  return audited(config, "client_removed", clientId, more, async (auditEvents) => {
    return (await store.deleteClient(clientId, auditEvents)).outcome === "deleted";
  });
}
