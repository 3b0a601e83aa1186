/** 0 for done, 1 for failed, 2 for called wrongly. */
export type ExitCode = 0 | 1 | 2;

/** Some object that is printed as JSON. */
export type Row = object;

/** What a command answers with. */
export interface Answer {
  /** What is told, each as a line of JSON. */
  readonly rows: Iterable<Row> | AsyncIterable<Row>;
  /** A text for people in place of the rows. JSON is printed if it was asked for. */
  readonly text?: string;
  /** What went wrong, and what to do next, for the error stream. */
  readonly problem?: string;
  /** Default: 1 with a problem, else 0. */
  readonly exitCode?: ExitCode;
}

/** A page of rows. `next` continues behind it. */
export function page(rows: readonly Row[], next?: string | number): Answer {
  return { rows: next === undefined ? rows : [...rows, { next }] };
}

/** One thing. */
export function one(row: Row, problem?: string): Answer {
  return { rows: [row], ...(problem !== undefined && { problem }) };
}

/** A change that is done, in a sentence. */
export function done(text: string, row: Row): Answer {
  return { rows: [row], text };
}
