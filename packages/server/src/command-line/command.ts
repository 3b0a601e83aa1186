import type { Environment } from "../settings/environment.js";
import type { Flag } from "../settings/setting-table.js";
import type { Answer, ExitCode } from "./answer.js";

/** An argument of a command. */
export interface Argument {
  readonly name: string;
  readonly says: string;
}

/** An option of a command that is no setting of the server. */
export interface OwnOption {
  /** The text after the flag in the help; missing for a switch. */
  readonly value?: string;
  readonly says: string;
  /** The values that it may have. */
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
}

/** One command of the command line, as data: its parser, help and completion come from here. */
export interface Command {
  readonly name: string;
  /** What it does, in one line. */
  readonly says: string;
  /** What an operator must know beside that. */
  readonly more?: string;
  readonly arguments?: readonly Argument[];
  /** The settings of the server that it reads, beside `config` and `database`. */
  readonly settings?: readonly Flag[];
  readonly options?: Readonly<Record<string, OwnOption>>;
  /** Command lines without the name of the program, each with what it does. */
  readonly examples: readonly (readonly [line: string, says: string])[];
  /** `false` for a command that uses no database. Default `true`. */
  readonly usesDatabase?: boolean;
  /** `false` for a command that answers with a text alone, or never. Default `true`. */
  readonly answersWithData?: boolean;
  readonly run: (call: Call) => Promise<ExitCode>;
}

/** Commands about one thing. */
export interface Noun {
  readonly name: string;
  readonly says: string;
  readonly commands: readonly Command[];
}

/** The values of options by the names of their flags; a switch that was given is `on`. */
export type Values = Readonly<Partial<Record<string, string>>>;

/** A command as it was called. */
export interface Call {
  readonly arguments: readonly string[];
  readonly values: Values;
  readonly environment: Environment;
  /** Whether the command takes a setting, given or not. */
  readonly takes: (flag: Flag) => boolean;
  /** Prints an answer, and returns the exit code for it. */
  readonly print: (answer: Answer) => Promise<ExitCode>;
}

/** The settings that say where the database is. */
const DATABASE: readonly Flag[] = ["config", "database"];

/** All settings that a command takes. */
export function settingsOf({ settings = [], usesDatabase = true }: Command): readonly Flag[] {
  return [...settings, ...(usesDatabase ? DATABASE.filter((flag) => !settings.includes(flag)) : [])];
}

/** Whether a command, or commands, are meant. */
export function isNoun(each: Command | Noun): each is Noun {
  return "commands" in each;
}
