import type { Answer, ExitCode } from "./answer.js";

/** Prints an answer to standard output, and what is wrong with it to the error stream. */
export async function printAnswer({ rows, text, problem, exitCode }: Answer): Promise<ExitCode> {
  if (text !== undefined) console.log(text);
  else for await (const row of rows) console.log(JSON.stringify(row));
  if (problem !== undefined) console.error(`oauth-dcr: ${problem}`);
  return exitCode ?? (problem === undefined ? 0 : 1);
}
