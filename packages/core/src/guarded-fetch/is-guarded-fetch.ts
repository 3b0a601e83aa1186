/** What makes guarded fetches. Whoever gives it where one that it made belongs has forgotten to call it. */
export const GUARDED_FETCH_FACTORIES = new WeakSet<object>();

/** Whether a value may be a `GuardedFetch`. Does not import the factory, which most applications do not need. */
export function isGuardedFetch(value: unknown): boolean {
  return typeof value === "function" && !GUARDED_FETCH_FACTORIES.has(value);
}
