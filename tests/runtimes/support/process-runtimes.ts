import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Report } from "../report.js";

const require = createRequire(import.meta.url);

/** A program that runs the case list from a file. */
export interface ProcessRuntime {
  readonly name: string;
  /** What it has to call itself. */
  readonly userAgent: RegExp;
  /** Why it is not here, where it need not be. */
  readonly absent?: string;
  /** Its arguments before the file. */
  readonly args: readonly string[];
  readonly executable: () => string;
}

const PLATFORM = `${process.platform}-${process.arch}`;

export const PROCESS_RUNTIMES: readonly ProcessRuntime[] = [
  {
    name: "the Node.js that runs the tests",
    userAgent: new RegExp(`^Node\\.js/${process.versions.node.split(".")[0]}$`),
    args: [],
    executable: () => process.execPath,
  },
  nodeOf("22"),
  nodeOf("24"),
  {
    name: "Bun",
    userAgent: /^Bun\//,
    args: ["--no-install"],
    // Their packages put the program in its place by a script at install time, which does not run here.
    executable: () => fromPlatformPackage("bun", BUN, "bin/bun"),
  },
  {
    name: "Deno, with no permission",
    userAgent: /^Deno\//,
    args: ["run", "--no-prompt", "--no-remote", "--no-lock", "--node-modules-dir=manual"],
    executable: () => fromPlatformPackage("deno", DENO, "deno"),
  },
];

function nodeOf(major: string): ProcessRuntime {
  return {
    name: `Node.js ${major}`,
    userAgent: new RegExp(`^Node\\.js/${major}$`),
    ...(PLATFORM !== "linux-x64" && { absent: `its package here is for linux-x64, and this is ${PLATFORM}` }),
    args: [],
    executable: () => join(dirname(require.resolve(`node-${major}/package.json`)), "bin/node"),
  };
}

const BUN: Readonly<Record<string, string>> = {
  "linux-x64": "@oven/bun-linux-x64",
  "linux-arm64": "@oven/bun-linux-aarch64",
  "darwin-x64": "@oven/bun-darwin-x64",
  "darwin-arm64": "@oven/bun-darwin-aarch64",
};

const DENO: Readonly<Record<string, string>> = {
  "linux-x64": "@deno/linux-x64-glibc",
  "linux-arm64": "@deno/linux-arm64-glibc",
  "darwin-x64": "@deno/darwin-x64",
  "darwin-arm64": "@deno/darwin-arm64",
};

function fromPlatformPackage(
  owner: string,
  packages: Readonly<Record<string, string>>,
  program: string,
): string {
  const name = packages[PLATFORM];
  if (name === undefined) throw new Error(`${owner} has no package for ${PLATFORM}`);
  const beside = createRequire(require.resolve(`${owner}/package.json`));
  return join(dirname(beside.resolve(`${name}/package.json`)), program);
}

/** Nothing of ours, and no word to anybody. */
const ENVIRONMENT = {
  NODE_ENV: "production",
  DENO_DIR: join(import.meta.dirname, "../dist/deno"),
  DENO_NO_UPDATE_CHECK: "1",
  DO_NOT_TRACK: "1",
} as const;

export async function runInProcess(runtime: ProcessRuntime, file: string): Promise<Report> {
  const { stdout } = await promisify(execFile)(runtime.executable(), [...runtime.args, file], {
    cwd: dirname(file),
    env: ENVIRONMENT,
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Report;
}

export async function versionOf(runtime: ProcessRuntime): Promise<string> {
  const { stdout } = await promisify(execFile)(runtime.executable(), ["--version"], { env: ENVIRONMENT });
  return stdout.split("\n")[0] ?? "";
}
