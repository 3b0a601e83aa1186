import type { ExitCode } from "./answer.js";
import { MisuseError } from "@oauth-dcr/core";
import { CommanderError } from "commander";
import { SettingError } from "../settings/setting-error.js";

/** What a process ends with after an error: 2 where the operator called it wrongly. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof SettingError || error instanceof MisuseError ? 2 : 1;
}
