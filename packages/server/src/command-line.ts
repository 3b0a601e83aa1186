import { parseArgs } from "node:util";
import { SettingError } from "./setting-error.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command prints, and the code that it ends with. */
export interface CommandAnswer {
  readonly text: string;
  readonly exitCode: 0 | 1;
}

/** What every command takes: where the database is. */
export const EVERYWHERE: readonly string[] = ["config", "database"];

/** What one subcommand takes beside those. */
export interface Subcommand {
  /** What its argument is, in words; left out where it takes none. */
  readonly argument?: string;
  /** How many arguments it takes, where it takes any. Default 1. */
  readonly arguments?: number;
  readonly flags?: readonly string[];
}

/** A subcommand as it was called, with all in it that it takes and nothing else. */
export interface CommandLine {
  readonly subcommand: string;
  /** Empty for a subcommand without one. */
  readonly argument: string;
  /** The second argument of a subcommand that takes two. */
  readonly secondArgument?: string;
  readonly values: Readonly<Partial<Record<string, string>>>;
  /** Whether it takes a flag, given or not. */
  readonly takes: (flag: string) => boolean;
}

/** @throws SettingError for a wrong call */
export function parseCommandLine(
  command: string,
  subcommands: Readonly<Record<string, Subcommand>>,
  args: readonly string[],
): CommandLine {
  const known = Object.values(subcommands).flatMap(({ flags = [] }) => flags);
  const { values, positionals } = parseFlags(args, [...EVERYWHERE, ...known], true);
  const [subcommand = "", ...rest] = positionals;
  const called = Object.hasOwn(subcommands, subcommand) ? subcommands[subcommand] : undefined;
  if (!called) {
    const names = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(Object.keys(subcommands));
    throw new SettingError(`${command} takes ${names}; try oauth-dcr help`);
  }
  if (rest.length !== (called.argument === undefined ? 0 : (called.arguments ?? 1))) {
    throw new SettingError(`${command} ${subcommand} takes ${called.argument ?? "no argument"}`);
  }
  const takes = (flag: string): boolean => EVERYWHERE.includes(flag) || called.flags?.includes(flag) === true;
  const stray = Object.keys(values).find((flag) => !takes(flag));
  if (stray !== undefined) throw new SettingError(`${command} ${subcommand} does not take --${stray}`);
  return {
    subcommand,
    argument: rest[0] ?? "",
    ...(rest[1] !== undefined && { secondArgument: rest[1] }),
    values,
    takes,
  };
}

/** @throws SettingError for a flag that is not among these, or that has no value */
export function parseFlags(
  args: readonly string[],
  flags: readonly string[],
  allowPositionals: boolean,
): { readonly values: Partial<Record<string, string>>; readonly positionals: readonly string[] } {
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    const [sentence = ""] = message.split(/\.\s/);
    // A value that begins with a dash looks like the next flag, and none of ours can be one.
    const isDash = code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE" && sentence.endsWith("ambiguous");
    throw new SettingError(
      isDash ? `${sentence.split("'", 2)[1] ?? ""} has no value that makes sense` : sentence,
    );
  }
}
