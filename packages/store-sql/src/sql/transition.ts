/** What a statement takes and a row holds. */
export type SqlValue = string | number | null;

export interface Query {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * What one change does to the database, as a generator that asks its queries one by one and is given their rows. Whoever
 * runs it provides the transaction: at once where the driver is synchronous, and between two awaits where it is not. That
 * is how both kinds of driver share one piece of code, and the synchronous one pays for no promise.
 */
export type Transition<Outcome> = Generator<Query, Outcome, readonly Row[]>;

/** Runs a transition whose queries are answered later. */
export async function runAsync<Outcome>(
  transition: Transition<Outcome>,
  ask: (query: Query) => Promise<readonly Row[]>,
): Promise<Outcome> {
  let step = transition.next();
  while (!step.done) step = transition.next(await ask(step.value));
  return step.value;
}

/** One query of a transition; the answer is its rows. */
export function* query(sql: string, ...values: readonly SqlValue[]): Transition<readonly Row[]> {
  return yield { sql, values };
}
