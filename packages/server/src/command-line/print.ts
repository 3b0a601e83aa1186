import { recordOf } from "../terminal/record.js";
import { columnsOf, lineOf, tableOf } from "../terminal/table.js";
import { visibleJson, visibleLines } from "../terminal/visible-text.js";
import { SettingError } from "../settings/setting-error.js";
import type { Answer, ExitCode, Row } from "./answer.js";
import type { OwnOption, Values } from "./command.js";

/** How a command that answers with data prints it. */
export const FORMATS = {
  json: { says: "print one JSON document" },
  jsonl: { says: "print one line of JSON for each row, as without a terminal" },
  table: { says: "print a table, as on a terminal" },
} as const satisfies Record<string, OwnOption>;

type Format = keyof typeof FORMATS;

/**
 * Prints an answer to standard output, and what is wrong with it to the error stream.
 *
 * @throws SettingError for two formats
 */
export async function printAnswer(answer: Answer, values: Values): Promise<ExitCode> {
  const asked = askedFormat(values);
  process.stdout.on("error", endQuietly);
  const { text, note, problem, exitCode } = answer;
  if (text !== undefined && (asked === undefined || asked === "table")) console.log(text);
  else await PRINTERS[asked ?? (process.stdout.isTTY ? "table" : "jsonl")](answer);
  if (note !== undefined && process.stderr.isTTY) console.error(visibleLines(note));
  if (problem !== undefined) printProblem(problem);
  return exitCode ?? (problem === undefined ? 0 : 1);
}

/** Whoever reads the output, such as `head`, may have enough. */
function endQuietly({ code }: NodeJS.ErrnoException): void {
  if (code === "EPIPE") process.exit();
}

/** Says on the error stream what went wrong. */
export function printProblem(problem: string): void {
  console.error(`oauth-dcr: ${visibleLines(problem)}`);
}

/** @throws SettingError for two formats */
export function askedFormat(values: Values): Format | undefined {
  const [asked, other] = (Object.keys(FORMATS) as Format[]).filter((name) => values[name] !== undefined);
  if (other !== undefined) throw new SettingError(`--${asked ?? ""} and --${other} cannot be given together`);
  return asked;
}

const PRINTERS: Readonly<Record<Format, (answer: Answer) => Promise<void>>> = {
  async jsonl({ rows, next }) {
    for await (const row of rows) console.log(visibleJson(JSON.stringify(row)));
    if (next !== undefined) console.log(visibleJson(JSON.stringify({ next })));
  },
  async json({ rows, isOne = false, next }) {
    const all = await allOf(rows);
    const document = isOne ? all[0] : { items: all, ...(next !== undefined && { next }) };
    console.log(visibleJson(JSON.stringify(document, null, 2)));
  },
  async table({ rows, isOne = false, isEndless = false, columns, shown, next }) {
    if (shown !== undefined) {
      console.log(shown);
      return;
    }
    if (isEndless) {
      for await (const row of rows) console.log(lineOf(row, columns ?? columnsOf([row])));
      return;
    }
    const all = await allOf(rows);
    if (isOne) console.log(recordOf(all[0] ?? {}));
    else if (all.length > 0) console.log(tableOf(all, columns ?? columnsOf(all)));
    else if (process.stderr.isTTY) console.error("There is nothing to show.");
    if (next !== undefined) {
      console.error(visibleLines(`There may be more: add ${MORE[typeof next]} ${next}`));
    }
  },
};

/** The option that continues a list: positions lead back in time. */
const MORE: Readonly<Record<string, string>> = { string: "--after", number: "--before" };

async function allOf(rows: Answer["rows"]): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
