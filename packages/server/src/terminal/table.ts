import Table from "cli-table3";
import { stateColoured, styled } from "./colour.js";
import { shownMember, shownValue } from "./shown-value.js";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** The value of a row, in its own form. */
  readonly of: (row: never) => unknown;
  /** How many characters are shown at most; the rest is cut. Default: 40. Infinity for what an operator copies. */
  readonly width?: number;
  /** Whether the value is a state, tier or outcome, which has a colour. Default: `false`. */
  readonly isState?: boolean;
}

const DEFAULT_WIDTH = 40;

const SIDES = ["top", "bottom", "left", "right", "mid"].flatMap((side) =>
  ["", "-mid", "-left", "-right"].map((part) => `${side}${part}`),
);
const NO_LINES = {
  ...(Object.fromEntries(SIDES.map((name) => [name, ""])) as Readonly<Record<string, string>>),
  middle: "  ",
};

/** Rows as a table without lines, with the titles of the columns. */
export function tableOf(rows: readonly object[], columns: readonly Column[]): string {
  const table = new Table({
    chars: NO_LINES,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    head: columns.map(({ title }) => styled("bold", title.toUpperCase())),
  });
  for (const row of rows) {
    table.push(columns.map((column) => cellOf(row, column)));
  }
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** One row of a table that has no end. */
export function lineOf(row: object, columns: readonly Column[]): string {
  return columns
    .map((column) => cellOf(row, column))
    .filter((text) => text !== "")
    .join("  ");
}

/** The columns of rows that say of themselves what they are. */
export function columnsOf(rows: readonly object[]): readonly Column[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...names].map((name) => ({
    title: name,
    of: (row: Readonly<Record<string, unknown>>) => shownMember(name, row[name]),
  }));
}

function cellOf(row: object, { of, width = DEFAULT_WIDTH, isState = false }: Column): string {
  const text = cut(shownValue(of(row as never)), width);
  return isState ? stateColoured(text) : text;
}

function cut(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : text;
}
