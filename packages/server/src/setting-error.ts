import { SETTINGS, type Flag } from "./setting-table.js";

/** A setting that the operator has to put right. Its message names the flag and the variable. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

export function wrong(flag: Flag, rule: string): SettingError {
  return new SettingError(`--${flag} (or ${SETTINGS[flag].env}) ${rule}`);
}
