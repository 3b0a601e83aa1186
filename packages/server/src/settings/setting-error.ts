import { SETTINGS, type Flag } from "./setting-table.js";

/** A setting that the operator has to put right. Its message names the flag and the variable, or the file and its member. */
export class SettingError extends Error {
  override readonly name = "SettingError";
  /** Which setting breaks which rule, where it is one of a setting. */
  readonly setting: { readonly flag: Flag; readonly rule: string } | undefined;

  constructor(message: string, setting?: SettingError["setting"]) {
    super(message);
    this.setting = setting;
  }
}

export function wrong(flag: Flag, rule: string): SettingError {
  return new SettingError(`--${flag} (or ${SETTINGS[flag].env}) ${rule}`, { flag, rule });
}
