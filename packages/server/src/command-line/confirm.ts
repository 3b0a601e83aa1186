import { createInterface } from "node:readline/promises";
import { visibleLines } from "../terminal/visible-text.js";
import { SettingError } from "../settings/setting-error.js";
import type { Call, OwnOption } from "./command.js";

/** The option of each command that cannot be undone. */
export const YES = { yes: { says: "do it without asking" } } as const satisfies Record<string, OwnOption>;

/**
 * Requires that the operator means it: asks at a terminal, unless `--yes` was given.
 *
 * @param what the change, as a command such as `delete the client a`
 * @throws SettingError where nobody can be asked
 * @throws Error where the operator said no
 */
export async function confirmed({ values }: Call, what: string): Promise<void> {
  if (values["yes"] !== undefined) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new SettingError(`${what}: this cannot be undone; add --yes to do it`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new AbortController();
  terminal.once("close", () => ended.abort());
  const question = `${capital(visibleLines(what))}? This cannot be undone. [y/N] `;
  const answer = await terminal.question(question, { signal: ended.signal }).catch(() => "");
  terminal.close();
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new Error("nothing was done");
}

function capital(text: string): string {
  return `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
}
