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

/**
 * How far clocks may differ, in seconds; 60 unless told.
 * @throws MisuseError for less than 0 and more than 300
 */
export function checkClockTolerance(seconds = 60): number {
  requireThat(
    Number.isInteger(seconds) && seconds >= 0 && seconds <= 300,
    "ERR_OPTION",
    "clockToleranceSeconds: must be a whole number from 0 to 300",
  );
  return seconds;
}
