import { requireThat } from "../lib/misuse.js";

/**
 * The names under which tokens may be meant for us.
 * @throws MisuseError for an empty list or an empty name
 */
export function checkAudience(audience: string | readonly string[]): readonly string[] {
  const list: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  requireThat(
    list.length > 0 && list.every((name) => typeof name === "string" && name !== ""),
    "ERR_AUDIENCE_REQUIRED",
    "audience: must be at least one name, such as the issuer identifier of this server",
  );
  return [...list] as string[];
}
