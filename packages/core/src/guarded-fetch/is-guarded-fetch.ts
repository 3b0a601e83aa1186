/** The functions that make guarded fetches. An option that is one of them was not called. */
export const GUARDED_FETCH_FACTORIES = new WeakSet<object>();

/** Whether a value may be a `GuardedFetch`. This file does not import the factory, because most applications do not need it. */
export function isGuardedFetch(value: unknown): boolean {
  return typeof value === "function" && !GUARDED_FETCH_FACTORIES.has(value);
}
