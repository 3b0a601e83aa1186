import type { Command } from "../command-line/command.js";
import { COMPLETION_SCRIPTS } from "../command-line/completion-script.js";
import type { Program } from "../command-line/program.js";
import { SettingError } from "../settings/setting-error.js";

/** Prints a script that completes the commands of the program. */
export const completion = (program: () => Program): Command => ({
  name: "completion",
  says: "print a shell script that completes commands, options and their values",
  arguments: [{ name: "SHELL", says: `one of ${Object.keys(COMPLETION_SCRIPTS).join(", ")}` }],
  usesDatabase: false,
  answersWithData: false,
  examples: [
    ["completion bash > ~/.local/share/bash-completion/completions/oauth-dcr", "for bash"],
    ["completion zsh > ~/.oauth-dcr.zsh", "for zsh; source that file in ~/.zshrc, behind compinit"],
    ["completion fish > ~/.config/fish/completions/oauth-dcr.fish", "for fish"],
  ],
  async run(call) {
    const [shell = ""] = call.arguments;
    const script = Object.hasOwn(COMPLETION_SCRIPTS, shell) ? COMPLETION_SCRIPTS[shell] : undefined;
    if (!script) {
      throw new SettingError(
        `there is no completion for ${shell}; there is ${Object.keys(COMPLETION_SCRIPTS).join(", ")}`,
      );
    }
    return call.print({ rows: [], text: script(program()) });
  },
});
