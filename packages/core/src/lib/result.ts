/** What a step of the pipeline answers: the next value, or why there is none. */
export type Result<T, E> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** A value, or a promise of it: an in-memory part need not pay for a promise. */
export type Awaitable<T> = T | Promise<T>;
