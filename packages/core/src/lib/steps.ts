import type { Awaitable } from "./result.js";

/**
 * Work in steps that waits only for what is a promise. A generator writes `yield* wait(value)` where an async function
 * writes `await value`. With a store and a limiter in memory nothing is a promise, and all steps run at once.
 */
export type Steps<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** The value, at once if it is no promise. */
export function* wait<T>(value: Awaitable<T>): Steps<T> {
  return isPromise(value) ? ((yield value) as T) : value;
}

/** Runs the steps. Returns their value, or a promise of it from the first promise on. Throws what a step throws. */
export function runSteps<T>(steps: Steps<T>): Awaitable<T> {
  const { done, value } = steps.next();
  return done ? value : runOn(steps, value);
}

async function runOn<T>(steps: Steps<T>, first: PromiseLike<unknown>): Promise<T> {
  let pending = first;
  for (;;) {
    let next: IteratorResult<PromiseLike<unknown>, T>;
    try {
      next = steps.next(await pending);
    } catch (error) {
      // What a step itself throws is not thrown into it again: a generator that has ended throws it on.
      next = steps.throw(error);
    }
    if (next.done) return next.value;
    pending = next.value;
  }
}

/** What comes of a value, at once if it is no promise. */
export function whenKnown<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

export function isPromise<T>(value: Awaitable<T>): value is Promise<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";
}
