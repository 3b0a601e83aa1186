import type { SettingType } from "../setting-types.js";

/** One setting: a flag, an environment variable and a member of the configuration file. */
export interface Setting {
  readonly env: string;
  /** The text after the flag in the help. */
  readonly value: string;
  readonly default: string;
  readonly says: string;
  /** How it is written in a configuration file; missing where it has no place there. */
  readonly type?: SettingType;
}
