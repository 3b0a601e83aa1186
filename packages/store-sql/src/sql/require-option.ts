import { MisuseError } from "@oauth-dcr/core";

/**
 * @param factory what the programmer called, such as `openSqliteStore`
 * @throws MisuseError unless `condition` holds
 */
export function requireOption(factory: string, condition: boolean, message: string): asserts condition {
  if (!condition) throw new MisuseError("ERR_OPTION", `${factory}: ${message}`);
}
