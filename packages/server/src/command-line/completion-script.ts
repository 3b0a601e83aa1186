import { SETTINGS } from "../settings/setting-table.js";
import type { Setting } from "../settings/table/setting.js";
import { isNoun, settingsOf, type Command, type Noun, type OwnOption } from "./command.js";
import { FORMATS } from "./print.js";
import type { Program } from "./program.js";

/** An option, with the values that it may have. */
interface Word {
  readonly flag: string;
  readonly says: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** Makers of completion scripts, by the name of the shell. The scripts start no process. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, (program: Program) => string>> = {
  bash: bashScript,
  zsh: (program) => `autoload -U +X bashcompinit && bashcompinit\n${bashScript(program)}`,
  fish: fishScript,
};

function bashScript({ name, commands }: Program): string {
  const cases = commands.flatMap((each) =>
    isNoun(each)
      ? [
          ...each.commands.map((command) => bashCase(`${each.name} ${command.name}`, command)),
          `    "${each.name}"*) words="${each.commands.map((command) => command.name).join(" ")} --help" ;;`,
        ]
      : [bashCase(each.name, each)],
  );
  return `# Completes ${name} in bash; made by ${name} completion.
_${name.replaceAll("-", "_")}() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" words="" choices="" files="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -* ]] && break
    path="\${path:+$path }\${COMP_WORDS[i]}"
  done
  case "$path" in
${cases.join("\n")}
    *) words="${commands.map((each) => each.name).join(" ")} help --help --version" ;;
  esac
  if [[ -n $choices ]]; then COMPREPLY=($(compgen -W "$choices" -- "$cur"))
  elif [[ $cur == -* || -z $files ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else COMPREPLY=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _${name.replaceAll("-", "_")} ${name}`;
}

function bashCase(path: string, command: Command): string {
  const words = wordsOf(command);
  const choices = words
    .filter((word) => word.choices.length > 0)
    .map((word) => `${word.flag}) choices="${word.choices.join(" ")}" ;;`);
  const files = words.filter((word) => word.takesValue && word.choices.length === 0).map((word) => word.flag);
  const perOption = [...choices, ...(files.length > 0 ? [`${files.join("|")}) files=1 ;;`] : [])];
  return [
    `    "${path}"|"${path} "*) words="${words.map((word) => word.flag).join(" ")} --help"${takesFile(command) ? " files=1" : ""}`,
    ...(perOption.length > 0 ? [`      case "$prev" in ${perOption.join(" ")} esac`] : []),
    "      ;;",
  ].join("\n");
}

function fishScript({ name, commands }: Program): string {
  const line = (condition: string, rest: string): string => `complete -c ${name} -n '${condition}' ${rest}`;
  const optionsOf = (condition: string, command: Command): readonly string[] =>
    wordsOf(command).map(({ flag, says, takesValue, choices }) => {
      const values = choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : takesValue ? " -r" : "";
      return line(condition, `-l ${flag.slice(2)}${values} -d ${quoted(says)}`);
    });
  const of = (each: Command | Noun): readonly string[] => {
    const seen = `__fish_seen_subcommand_from ${each.name}`;
    const first = line("__fish_use_subcommand", `-f -a ${each.name} -d ${quoted(each.says)}`);
    if (!isNoun(each)) return [first, ...optionsOf(seen, each)];
    const names = each.commands.map((command) => command.name).join(" ");
    return [
      first,
      ...each.commands.flatMap((command) => [
        line(
          `${seen}; and not __fish_seen_subcommand_from ${names}`,
          `-f -a ${command.name} -d ${quoted(command.says)}`,
        ),
        ...optionsOf(`${seen}; and __fish_seen_subcommand_from ${command.name}`, command),
      ]),
    ];
  };
  return [`# Completes ${name} in fish; made by ${name} completion.`, ...commands.flatMap(of)].join("\n");
}

function wordsOf(command: Command): readonly Word[] {
  const own: Readonly<Record<string, OwnOption>> = {
    ...command.options,
    ...(command.answersWithData === false ? {} : FORMATS),
  };
  return [
    ...Object.entries(own).map(([name, { value, says, choices = [] }]) => ({
      flag: `--${name}`,
      says,
      takesValue: value !== undefined,
      choices,
    })),
    ...settingsOf(command).map((flag) => {
      const setting: Setting = SETTINGS[flag];
      return {
        flag: `--${flag}`,
        says: setting.says,
        takesValue: true,
        choices: setting.type?.schema.enum ?? [],
      };
    }),
  ];
}

function takesFile({ arguments: names = [] }: Command): boolean {
  return names.some(({ name }) => name === "FILE");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
