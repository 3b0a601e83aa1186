import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { BIN } from "./oauth-dcr-process.js";

export interface TerminalRun {
  readonly code: number | null;
  /** All that the program wrote to the terminal, as it wrote it. */
  readonly screen: string;
}

/**
 * Runs a command of oauth-dcr on a terminal, which `script` of util-linux gives it.
 *
 * @param input what the operator types once the program has asked, or a function that does something before they type
 */
export async function runOnTerminal(
  args: readonly string[],
  {
    input,
    env = {},
  }: { readonly input?: string | (() => Promise<string>); readonly env?: Record<string, string> } = {},
): Promise<TerminalRun> {
  const quoted = [process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const child: ChildProcessWithoutNullStreams = spawn(
    "script",
    ["-qec", `stty cols 160; exec ${quoted.join(" ")}`, "/dev/null"],
    {
      env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "test", TERM: "xterm-256color", ...env },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  let screen = "";
  let hasTyped = false;
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
    if (input === undefined || hasTyped || !screen.includes("[y/N]")) return;
    hasTyped = true;
    void Promise.resolve(typeof input === "string" ? input : input()).then((text) => child.stdin.write(text));
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { code, screen };
}
