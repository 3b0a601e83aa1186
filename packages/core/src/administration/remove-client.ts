import { requireKnownOptions } from "../lib/known-options.js";
import { nowSeconds } from "../lib/clock.js";
import { requireThat } from "../lib/misuse.js";
import { audited, type AdministrationConfig } from "./administration-config.js";

/** How long a removal that failed half-way keeps the record. After that a sweep ends it. */
const REMOVAL_SECONDS = 86_400;

/**
 * Disables a client, revokes its tokens and deletes its record, in this order: a token that is issued between the last two
 * finds its client disabled when its use is recorded. A removal that fails half-way is repeated whole.
 */
export async function removeClient(
  clientId: string,
  options: { readonly reason?: string } = {},
  config: AdministrationConfig,
): Promise<boolean> {
  requireKnownOptions("options", options, ["reason"]);
  const { revokeTokens, store, clock } = config;
  requireThat(
    revokeTokens !== undefined,
    "ERR_OPTION",
    "clientAdministration: revokeTokens must be given, which revokes the tokens of a client that is removed",
  );
  const change = {
    from: ["pending", "active", "awaiting_approval", "disabled"],
    to: "disabled",
    expiresAt: nowSeconds(clock) + REMOVAL_SECONDS,
    ...(options.reason !== undefined && { reason: options.reason }),
  } as const;
  await store.changeClientStatus(clientId, change);
  const client = await store.findClient(clientId);
  if (!client) return false;
  await revokeTokens(client);
  const more = options.reason === undefined ? {} : { statusReason: options.reason };
  return audited(config, "client_removed", clientId, more, async (auditEvents) => {
    return (await store.deleteClient(clientId, auditEvents)).outcome === "deleted";
  });
}
