import type { Ending, OperationRunner } from "./operations.js";

/** For every method, how its answer tells the way it ended: a method without an entry does not compile. */
export type Endings<T> = {
  readonly [Name in keyof T]: T[Name] extends (...args: never) => infer Answer
    ? (answer: Awaited<Answer>) => Ending
    : never;
};

/**
 * The methods of `endings`, each run as an operation of its name.
 *
 * @param prefix stands before the name of a span, which has to say what it is of
 * @param part stands before the name of the operation
 */
export function tracedMethods<T extends object>(
  target: T,
  [prefix, part]: readonly [prefix: string, part: string],
  endings: Endings<T>,
  run: OperationRunner,
): T {
  const methods = target as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
  const traced = Object.entries<(answer: unknown) => Ending>(endings)
    // What is not there stays so, for the server to find.
    .filter(([name]) => typeof methods[name] === "function")
    .map(([name, endingOf]) => [
      name,
      (...args: readonly unknown[]) =>
        // Called on its object: a store may be a class.
        run({
          name: `${prefix}${part}${name}`,
          measuredAs: { "oauth_dcr.operation.name": `${part}${name}` },
          run: () => methods[name]?.(...args),
          endingOf,
        }),
    ]);
  return Object.freeze(Object.fromEntries(traced) as T);
}

export function nothingMore(): Ending {
  return { attributes: {} };
}

export function byOutcome(outcome: string): Ending {
  return { attributes: { "oauth_dcr.outcome": outcome } };
}

export function byFinding(found: object | undefined): Ending {
  return byOutcome(found ? "found" : "not_found");
}

export function byChange(isChanged: boolean): Ending {
  return byOutcome(isChanged ? "changed" : "unchanged");
}
