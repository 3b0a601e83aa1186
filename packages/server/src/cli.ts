import { readFileSync } from "node:fs";
import { CommanderError } from "commander";
import { commandTree } from "./command-line/command-tree.js";
import { exitCodeOf } from "./command-line/exit-code.js";
import { printProblem } from "./command-line/print.js";
import { PROGRAM } from "./commands/program.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  readonly version: string;
};

/** `oauth-dcr help clients list` is `oauth-dcr clients list --help`. */
function withoutHelp(args: readonly string[]): readonly string[] {
  return args[0] === "help" ? [...args.slice(1), "--help"] : args;
}

async function main(args: readonly string[]): Promise<void> {
  const tree = commandTree({ ...PROGRAM, version }, process.env, (exitCode) => {
    process.exitCode = exitCode;
  });
  try {
    await tree.parseAsync(withoutHelp(args), { from: "user" });
  } catch (error) {
    // What the parser says of a wrong call it has said itself.
    if (!(error instanceof CommanderError)) printProblem(explain(error));
    process.exitCode = exitCodeOf(error);
  }
}

function explain(error: unknown): string {
  const { code, message, port } = error as { code?: string; message?: string; port?: number };
  if (code === "EADDRINUSE") return `port ${port ?? ""} is in use; choose another with --port`;
  if (code === "EACCES") return `may not listen on port ${port ?? ""}; choose another with --port`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return "this machine has no such address; check --host";
  return message ?? String(error);
}

// Registrations and tokens are nobody's business but this process's: files that it makes are its owner's alone.
process.umask(0o077);
await main(process.argv.slice(2));
