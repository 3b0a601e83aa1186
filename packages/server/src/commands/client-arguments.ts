import type { Argument, OwnOption, Values } from "../command-line/command.js";
import { SettingError } from "../settings/setting-error.js";

/** The argument of the commands about one client. */
export const CLIENT_ID: readonly Argument[] = [{ name: "ID", says: "the client_id" }];

/** Why something is changed. */
export const REASON = {
  reason: { value: "TEXT", says: "the reason, for the audit log" },
} as const satisfies Record<string, OwnOption>;

/** What guards a change against that of another operator. */
export const IF_VERSION = {
  "if-version": { value: "N", says: "change the client only if its record still has this version" },
} as const satisfies Record<string, OwnOption>;

export function reasonOf({ reason }: Values): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

/** @throws SettingError for what is no version */
export function versionOf({ "if-version": version }: Values): { readonly version?: number } {
  if (version === undefined) return {};
  if (!/^[1-9]\d{0,14}$/.test(version))
    throw new SettingError("--if-version must be a whole number of at least 1");
  return { version: Number(version) };
}
