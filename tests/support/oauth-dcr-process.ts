import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFailed } from "vitest";

export const BIN = fileURLToPath(new URL("../../packages/server/bin/oauth-dcr.js", import.meta.url));

/** A running `oauth-dcr serve`, as an operator would have it. */
export interface ServerProcess {
  readonly origin: string;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Sends the signal and answers the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface FinishedProcess {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a process is started. */
export interface SpawnOptions {
  /** How many descriptors it may have open. */
  readonly descriptors?: number;
}

export function spawnOauthDcr(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd?: string,
  { descriptors }: SpawnOptions = {},
) {
  const command = [process.execPath, BIN, ...args];
  const limited = ["sh", "-c", 'ulimit -n "$0" && exec "$@"', String(descriptors)];
  const [file = "", ...rest] = descriptors === undefined ? command : [...limited, ...command];
  const child = spawn(file, rest, {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "test", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output };
}

/** Runs a command that ends by itself. */
export async function runOauthDcr(
  args: readonly string[],
  env?: Record<string, string>,
  cwd?: string,
): Promise<FinishedProcess> {
  const { child, output } = spawnOauthDcr(args, env, cwd);
  const [code] = (await once(child, "close")) as [number | null];
  const { stdout, stderr } = output;
  if (stderr.includes("ERR_MODULE_NOT_FOUND")) throw new Error(`the packages are not built: ${stderr}`);
  // A test that compares exit codes alone would not show why they differ.
  if (code !== 0) onTestFailed(() => console.error(`oauth-dcr ${args.join(" ")}: exit ${code}: ${stderr}`));
  return { code, stdout, stderr };
}

/** Starts `serve` on a free port and waits until it says that it listens. */
export async function startServer(
  args: readonly string[] = [],
  env: Record<string, string> = {},
  cwd?: string,
  options?: SpawnOptions,
): Promise<ServerProcess> {
  const { child, output } = spawnOauthDcr(["serve", "--port", "0", ...args], env, cwd, options);
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const listening = /listens on (\S+)[^]*try +curl/.exec(output.stdout)?.[1];
      if (listening) resolve(listening);
    });
    child.on("close", (code) => reject(new Error(`exit ${code}: ${output.stderr}`)));
  });
  return {
    origin,
    child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async end(signal = "SIGTERM") {
      child.kill(signal);
      const [code] = (await once(child, "close")) as [number | null];
      return code;
    },
  };
}

/** The JSON lines among the output: the audit events. */
export function auditLines(
  output: string,
): { type: string; reason?: string; clientAddress?: string; clientId?: string }[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { type: string });
}

/** Lets the event loop turn until a child's output has arrived. */
export async function arrived(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
