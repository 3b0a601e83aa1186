import type { Column } from "../terminal/table.js";

/** 0 for done, 1 for failed, 2 for called wrongly. */
export type ExitCode = 0 | 1 | 2;

/** Some object that is printed as JSON, or as a row of a table. */
export type Row = object;

/** What a command answers with. */
export interface Answer {
  /** What is told. */
  readonly rows: Iterable<Row> | AsyncIterable<Row>;
  /** Whether there is one row always, as with the answer to `show`. */
  readonly isOne?: boolean;
  /** Whether the rows have no end, so that each is printed as it comes. */
  readonly isEndless?: boolean;
  /** Where the next page of rows begins; `undefined` on the last. */
  readonly next?: string | number | undefined;
  /** The columns of the table. Default: all members of the rows. */
  readonly columns?: readonly Column[];
  /** A text in place of the table. */
  readonly shown?: string;
  /** A text in place of the rows, where nobody asked for JSON. */
  readonly text?: string;
  /** What an operator wants to know beside the answer, for the error stream of a terminal. */
  readonly note?: string;
  /** What went wrong, and what to do next, for the error stream. */
  readonly problem?: string;
  /** Default: 1 with a problem, else 0. */
  readonly exitCode?: ExitCode;
}

/** A page of rows. `next` continues behind it. */
export function page(rows: readonly Row[], columns: readonly Column[], next?: string | number): Answer {
  return { rows, columns, next };
}

/** One thing. */
export function one(row: Row, problem?: string): Answer {
  return { rows: [row], isOne: true, ...(problem !== undefined && { problem }) };
}

/** A change that is done, in a sentence. */
export function done(text: string, row: Row): Answer {
  return { rows: [row], isOne: true, text };
}
