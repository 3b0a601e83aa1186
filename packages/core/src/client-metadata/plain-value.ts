import type { JsonValue } from "../lib/json.js";

// Control characters, unpaired surrogates and line separators, and the marks that turn the direction of the text around
// them. Some databases cannot hold the first two, and a consent page would show something else than was sent.
const PRINTABLE_ASCII = /^[ -~]*$/;
const UNWANTED = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Whether a text can be stored and shown as it is. */
export function isPlainText(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || !UNWANTED.test(text);
}

/**
 * Whether a value can be stored and answered as it is: nested no deeper than `depth`, without `null`, its texts and names plain, its
 * numbers within what JSON writes (`1e400` is read as infinity and would be answered as `null`).
 */
export function isPlainValue(value: JsonValue | undefined, depth: number): boolean {
  if (typeof value === "string") return isPlainText(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "boolean") return true;
  if (value === null || value === undefined) return false;
  return (
    depth > 0 &&
    Object.entries(value).every(
      ([name, inner]) =>
        name !== "__proto__" && isPlainText(name) && isPlainValue(inner as JsonValue, depth - 1),
    )
  );
}

/** Whether a member was left out, or sent as real clients send what they leave out: `null`, `""`, blanks or `[]`. */
export function isOmitted(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.trim() === "";
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
