import type { Environment } from "./environment.js";
import { readConfigFile } from "./config-file.js";
import { memberOf } from "./config-schema.js";
import { SettingError } from "./setting-error.js";
import { SETTINGS, type Flag } from "./setting-table.js";
import { trustOf, type Trust } from "./trust-settings.js";

export type Flags = Readonly<Partial<Record<string, string>>>;

/** Where a setting was said: a flag wins over the variable, and that over the file. */
export type SettingPlace = "flag" | "variable" | "file" | "default";

/** Where settings come from: a flag, else its variable, else the configuration file, else the default. */
export interface SettingSources {
  /** `undefined` where nobody said. */
  readonly given: (flag: Flag) => string | undefined;
  readonly read: (flag: Flag) => string;
  /** Where a setting was said. */
  readonly placeOf: (flag: Flag) => SettingPlace;
  /** The tiers and templates of the configuration file. */
  readonly trust: Trust | undefined;
  /** Reads settings. What is wrong with one that the file says is told of the file and its member. */
  readonly explained: <T>(parse: () => T) => T;
}

/** @throws SettingError for a configuration file that cannot be read or is wrong */
export function settingSources(flags: Flags, environment: Environment): SettingSources {
  // An empty variable is an unset one: that is how a compose file or a unit leaves it out.
  const beforeFile = (flag: Flag): string | undefined =>
    flags[flag] ?? nonEmpty(environment[SETTINGS[flag].env]);
  const path = beforeFile("config");
  const file = path === undefined ? undefined : readConfigFile(path, environment);
  const given = (flag: Flag): string | undefined => beforeFile(flag) ?? file?.settings.get(flag);
  return {
    given,
    placeOf(flag) {
      if (flags[flag] !== undefined) return "flag";
      if (beforeFile(flag) !== undefined) return "variable";
      return file?.settings.has(flag) === true ? "file" : "default";
    },
    trust: file && trustOf(file.trust, file.path),
    read: (flag) => given(flag) ?? SETTINGS[flag].default,
    explained(parse) {
      try {
        return parse();
      } catch (error) {
        if (!(error instanceof SettingError) || !error.setting) throw error;
        const { flag, rule } = error.setting;
        if (beforeFile(flag) !== undefined || !file?.settings.has(flag)) throw error;
        throw new SettingError(`${file.path}: ${memberOf(flag)} ${rule}`);
      }
    },
  };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
