import type { RegisteredClient } from "@oauth-dcr/core";
import type { ClientAdministrationTools } from "@oauth-dcr/core/administration";
import { NO_CLIENT } from "./client-errors.js";
import { SettingError } from "../settings/setting-error.js";
import { TIERS } from "../settings/trust-settings.js";

/**
 * Trusts a client more, or less: refuses what would do the other, or nothing.
 *
 * @throws SettingError for what is no tier
 * @throws Error for a client that there is not, that has another version, or that has such a tier already
 */
export async function changeTier(
  clients: ClientAdministrationTools,
  subcommand: "promote" | "demote",
  clientId: string,
  { to, version }: { readonly to: string | undefined; readonly version?: number },
): Promise<RegisteredClient> {
  const rank = TIERS.findIndex((name) => name === to);
  const tier = TIERS[rank];
  if (!tier) throw new SettingError(`--to must be one of ${TIERS.join(", ")}`);
  const found = await clients.inspectClient(clientId);
  if (!found) throw new Error(NO_CLIENT);
  const before = found.acceptance.tier;
  const steps = rank - TIERS.indexOf(before);
  if (subcommand === "promote" ? steps <= 0 : steps >= 0) {
    const wanted = subcommand === "promote" ? "higher" : "lower";
    throw new Error(`the client is ${before}, and ${tier} is no ${wanted} tier`);
  }
  // Of the client that was looked at: another operator may have changed it meanwhile.
  const changed = await clients.administerClient(
    clientId,
    { tier },
    { version: version ?? found.client.version },
  );
  if (changed) return changed;
  throw new Error("the client has another version");
}
