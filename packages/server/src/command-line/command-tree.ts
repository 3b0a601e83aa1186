import { Command as Parser, Help, Option } from "commander";
import type { Environment } from "../settings/environment.js";
import { SettingError } from "../settings/setting-error.js";
import { SETTINGS, type Flag } from "../settings/setting-table.js";
import type { ExitCode } from "./answer.js";
import { isNoun, settingsOf, type Command, type Noun, type OwnOption } from "./command.js";
import { visibleLines } from "../terminal/visible-text.js";
import type { Program } from "./program.js";
import { askedFormat, FORMATS, printAnswer } from "./print.js";

const EXIT_CODES = "Exit codes: 0 done, 1 failed, 2 wrong usage.";

/**
 * The parser of a program, with its help.
 *
 * @param end is told the exit code of the command that ran
 */
export function commandTree(
  program: Program & { readonly version: string },
  environment: Environment,
  end: (exitCode: ExitCode) => void,
): Parser {
  const root = described(new Parser(program.name), program.says)
    .version(program.version, "-v, --version", "print the version")
    .usage("COMMAND")
    .enablePositionalOptions();
  for (const each of program.commands) {
    root.addCommand(
      isNoun(each) ? nounParser(each, environment, end) : commandParser(each, environment, end),
    );
  }
  root.addHelpText(
    "after",
    [
      "",
      examplesOf(program.examples),
      "",
      `${program.name} help COMMAND explains one command.`,
      `On a terminal a command prints a table, elsewhere a line of JSON for each row; --json, --jsonl and --table choose.`,
      "",
      EXIT_CODES,
    ].join("\n"),
  );
  return inherited(root);
}

function nounParser(noun: Noun, environment: Environment, end: (exitCode: ExitCode) => void): Parser {
  const parser = described(new Parser(noun.name), noun.says).usage("COMMAND");
  for (const command of noun.commands) parser.addCommand(commandParser(command, environment, end));
  return parser.addHelpText("after", `\n${EXIT_CODES}`);
}

function commandParser(
  command: Command,
  environment: Environment,
  end: (exitCode: ExitCode) => void,
): Parser {
  const parser = described(new Parser(command.name), command.says);
  for (const { name, says } of command.arguments ?? []) parser.argument(`<${name}>`, says);
  const formats = command.answersWithData === false ? {} : FORMATS;
  for (const [name, option] of Object.entries<OwnOption>({ ...command.options, ...formats })) {
    parser.addOption(ownOption(name, option));
  }
  const settings = settingsOf(command);
  for (const flag of settings) parser.addOption(settingOption(flag));
  const more = [wrapped(command.more), examplesOf(command.examples), EXIT_CODES];
  parser.addHelpText("after", `\n${more.filter((text) => text !== undefined).join("\n\n")}`);
  parser.allowExcessArguments().action(async () => {
    const stray = parser.args[command.arguments?.length ?? 0];
    if (stray !== undefined) parser.error(`unexpected argument '${stray}'`);
    const values = Object.fromEntries(
      parser.options.flatMap((option) => {
        const value = parser.getOptionValue(option.attributeName()) as string | true | undefined;
        return value === undefined ? [] : [[nameOf(option), value === true ? "on" : value]];
      }),
    );
    // Wrong before anything is done.
    askedFormat(values);
    end(
      await command.run({
        arguments: parser.args,
        values,
        environment,
        takes: (flag) => settings.includes(flag),
        print: (answer) => printAnswer(answer, values),
      }),
    );
  });
  return parser;
}

function examplesOf(examples: Command["examples"]): string {
  return ["Examples:", ...examples.map(([line, says]) => `  oauth-dcr ${line}\n      ${says}`)].join("\n");
}

/** The columns of the help. */
const HELP_WIDTH = 100;

/** A paragraph in lines of the width of the help. */
function wrapped(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Help().boxWrap(text, HELP_WIDTH);
}

function described(parser: Parser, says: string): Parser {
  return parser
    .description(`${says[0]?.toUpperCase() ?? ""}${says.slice(1)}.`)
    .summary(says)
    .helpCommand(false)
    .helpOption("-h, --help", "print this help");
}

/** Settings that each parser has for itself, such as what it does at an error. */
function inherited(root: Parser): Parser {
  const parsers = [root];
  for (const parser of parsers) {
    parsers.push(...parser.commands);
    parser
      .exitOverride()
      .showSuggestionAfterError(true)
      .configureHelp({ helpWidth: HELP_WIDTH, subcommandTerm: termOf })
      .configureOutput({
        outputError: (text, write) => {
          const sentence = text
            .replace(/^error: /, "")
            .replace(/\n\(Did you mean (.*)\?\)/, "; did you mean $1?");
          write(visibleLines(`oauth-dcr: ${sentence.trimEnd()}\nSee ${pathOf(parser)} --help\n`));
        },
      });
  }
  return root;
}

/** A command in the list of commands, with its arguments alone. */
function termOf(parser: Parser): string {
  return [parser.name(), ...parser.registeredArguments.map((argument) => argument.name())].join(" ");
}

function pathOf(parser: Parser): string {
  return parser.parent ? `${pathOf(parser.parent)} ${parser.name()}` : parser.name();
}

function ownOption(name: string, { value, says, choices, isRequired = false }: OwnOption): Option {
  if (value === undefined) return new Option(`--${name}`, says);
  return valueOption(
    `--${name}`,
    value,
    choices ? `${says}: ${choices.join(", ")}` : says,
    choices,
  ).makeOptionMandatory(isRequired);
}

/** A setting is read from its variable or the configuration file too, so that the parser has no default for it. */
function settingOption(flag: Flag): Option {
  const { value, env, says, default: byDefault } = SETTINGS[flag];
  const shown = byDefault === "" ? "" : `default: ${byDefault}; `;
  return valueOption(`--${flag}`, value, `${says} (${shown}variable: ${env})`).helpGroup(
    "Settings, also read from the environment and --config:",
  );
}

function valueOption(flag: string, value: string, says: string, choices?: readonly string[]): Option {
  // `[on/off]` may be left out, and is on then.
  return new Option(`${flag} ${value.startsWith("[") ? value : `<${value}>`}`, says).argParser(
    (text: string) => {
      // It looks like the next flag, and no value of ours begins so.
      if (text.startsWith("-")) throw new SettingError(`${flag} has no value that makes sense`);
      if (choices && !choices.includes(text)) {
        throw new SettingError(`${flag} must be one of ${choices.join(", ")}`);
      }
      return text;
    },
  );
}

function nameOf(option: Option): string {
  return option.long?.slice("--".length) ?? "";
}
