/**
 * An event as it was read back. Somebody who may write to the database may have changed it into anything, and the page that
 * shows so must not fail of it.
 */
export type Said = Readonly<Record<string, unknown>>;

/** A text. Anything else is an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The objects of a list. Anything else has none. */
export function listOf(value: unknown): readonly Said[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one): one is Said => typeof one === "object" && one !== null);
}
