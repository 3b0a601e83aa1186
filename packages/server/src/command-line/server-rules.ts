import { presetOf } from "../settings/presets.js";
import type { Flag } from "../settings/setting-table.js";
import { parseSettings } from "../settings/settings.js";
import type { Call } from "./command.js";

/** What the rules of the server depend on; they judge what an operator adds, too. */
export const RULE_SETTINGS: readonly Flag[] = ["preset", "scopes", "token-endpoint-auth-methods", "issuer"];

/**
 * What the server's preset says of metadata, scopes and redirect URIs.
 *
 * @throws SettingError for a value that makes no sense
 */
export function serverRules({ values, environment }: Pick<Call, "values" | "environment">) {
  const flags = Object.fromEntries([...RULE_SETTINGS, "config"].map((flag) => [flag, values[flag]]));
  const settings = parseSettings(flags, environment);
  return presetOf(settings, { issuer: settings.issuer ?? "http://localhost" });
}
