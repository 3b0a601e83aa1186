import { durationSeconds } from "./duration.js";
import { wrong } from "./setting-error.js";
import { SETTINGS, type Flag } from "./setting-table.js";
import type { WholeNumberType } from "./setting-types.js";

/** The settings that are a whole number between two others, in a configuration file too. */
type NumberFlag = {
  [F in Flag]: (typeof SETTINGS)[F] extends { readonly type: WholeNumberType } ? F : never;
}[Flag];

/** @throws SettingError for what is no whole number within the bounds of the setting */
export function wholeNumber(flag: NumberFlag, text: string): number {
  const { minimum, maximum } = SETTINGS[flag].type.schema;
  const number = /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : -1;
  if (number >= minimum && number <= maximum) return number;
  throw wrong(flag, `must be a whole number from ${minimum} to ${maximum}`);
}

/** @throws SettingError for a value that makes no sense */
export function countOrOff(flag: Flag, text: string): number | undefined {
  if (text === "off") return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw wrong(flag, "must be a whole number of at least 1, or off");
}

/** @throws SettingError for a value that makes no sense */
export function onOrOff(flag: Flag, text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw wrong(flag, "must be on or off");
}

/** The entries of a list that is separated by spaces. */
export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** @throws SettingError for a value that makes no sense */
export function durationOrOff(flag: Flag, text: string): number | undefined {
  if (text === "off") return undefined;
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return seconds;
  throw wrong(flag, "must be a duration such as 30m, 24h or 7d, or off");
}
