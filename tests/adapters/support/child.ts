import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";

/** Waits until a child has written what `pattern` finds, and answers the first group of that. */
export async function written(child: ChildProcess, stream: Readable, pattern: RegExp): Promise<string> {
  let output = "";
  child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const found = pattern.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the child ended with ${code}: ${output}`)));
  });
}

export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  // Not asked to end, since some servers would first wait for their connections to do so.
  child.kill("SIGKILL");
  await exit;
}
