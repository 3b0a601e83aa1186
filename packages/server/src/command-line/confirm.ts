import { SettingError } from "../settings/setting-error.js";
import type { Call, OwnOption } from "./command.js";

/** The option of each command that cannot be undone. */
export const YES = { yes: { says: "do it without asking" } } as const satisfies Record<string, OwnOption>;

/**
 * Requires that the operator means it.
 *
 * @throws SettingError where nobody can be asked and `--yes` was not given
 */
export function confirmed({ values }: Call, what: string): void {
  if (values["yes"] === undefined)
    throw new SettingError(`${what}: this cannot be undone; add --yes to do it`);
}
