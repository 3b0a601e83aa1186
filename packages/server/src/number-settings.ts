import { wrong } from "./setting-error.js";
import type { Flag } from "./setting-table.js";

const LARGEST_BODY_BYTES = 1_048_576;

/** @throws SettingError for a value that makes no sense */
export function wholeNumber(flag: Flag, text: string, max: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= max) return Number(text);
  throw wrong(flag, `must be a whole number from 0 to ${max}`);
}

/** @throws SettingError for a value that makes no sense */
export function countOrOff(flag: Flag, text: string): number | undefined {
  if (text === "off") return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw wrong(flag, "must be a whole number of at least 1, or off");
}

/** @throws SettingError for a value that makes no sense */
export function maxBody(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text) && Number(text) <= LARGEST_BODY_BYTES) return Number(text);
  throw wrong("max-body", `must be a whole number of bytes from 1 to ${LARGEST_BODY_BYTES}`);
}

/** @throws SettingError for a value that makes no sense */
export function ipv6PrefixLength(text: string): number {
  const bits = /^\d{2,3}$/.test(text) ? Number(text) : 0;
  if (bits >= 16 && bits <= 128) return bits;
  throw wrong("ipv6-prefix", "must be a whole number from 16 to 128");
}

/** @throws SettingError for a value that makes no sense */
export function onOrOff(flag: Flag, text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw wrong(flag, "must be on or off");
}
