import { visibleText } from "./visible-text.js";

/** A value on one line, for people. A text of a stranger cannot leave its line, nor move the cursor. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return visibleText(value);
  if (Array.isArray(value)) return value.map(shownValue).join(", ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, member]) => `${visibleText(name)} ${shownMember(name, member)}`)
      .join(", ");
  }
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? String(value) : "";
}

/** The value of a member. Instants in seconds are shown as dates, and 0 as `never`. */
export function shownMember(name: string, value: unknown): string {
  return name.endsWith("At") && typeof value === "number" ? shownInstant(value) : shownValue(value);
}

/** An instant in seconds since the epoch, as a date. 0 is `never`, as in `client_secret_expires_at`. */
export function shownInstant(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  if (seconds === 0) return "never";
  const date = new Date(seconds * 1000);
  // A member of the metadata may have such a name, and any number.
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(".000Z", "Z");
}
