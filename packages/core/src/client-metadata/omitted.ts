import type { JsonValue } from "../lib/json.js";

/** Whether a member was left out, or sent as real clients send what they leave out: `null`, `""`, blanks or `[]`. */
export function isOmitted(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
