import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../support/ports.js";

/** The program that is there; Valkey is the same protocol. */
const program = ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

/** Whether a test can have a Redis of its own. */
export const canRunRedis = program !== undefined;

/** A Redis that nobody else uses. What it has answered survives its end: a request that it counted stays counted. */
export interface PrivateRedis {
  readonly port: number;
  readonly url: string;
  /** Is done when it takes commands; does nothing while it runs. */
  start(): Promise<void>;
  /** Kills it, and is done when it is gone. */
  kill(): Promise<void>;
  /** Stops its process in the middle of whatever it does: connections stay, and nothing is answered. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends it and removes what it has stored. */
  remove(): Promise<void>;
}

export async function privateRedis(): Promise<PrivateRedis> {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-redis-"));
  const port = await freePort();
  let child: ChildProcess | undefined;

  async function kill(): Promise<void> {
    if (!child) return;
    const ended = once(child, "close");
    child.kill("SIGKILL");
    child = undefined;
    await ended;
  }

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      if (child) return;
      const args = ["--bind", "127.0.0.1", "--port", String(port), "--dir", directory, "--save", ""];
      // Written before it is answered; the system keeps what a killed process has written.
      const durable = ["--appendonly", "yes", "--appendfsync", "no"];
      const started = spawn(program!, [...args, ...durable], { stdio: ["ignore", "pipe", "inherit"] });
      child = started;
      await new Promise<void>((resolve, reject) => {
        let log = "";
        started.stdout.on("data", (chunk: Buffer) => {
          log += chunk.toString();
          if (log.includes("Ready to accept connections")) resolve();
        });
        started.once("close", () => reject(new Error(`Redis did not start: ${log}`)));
      });
    },
    kill,
    async pause() {
      child?.kill("SIGSTOP");
      while (!(await stateOf(child?.pid)).startsWith("T"));
    },
    resume: () => void child?.kill("SIGCONT"),
    async remove() {
      await kill();
      rmSync(directory, { recursive: true });
    },
  };
}

async function stateOf(pid: number | undefined): Promise<string> {
  return (await promisify(execFile)("ps", ["-o", "stat=", "-p", String(pid)])).stdout.trim();
}
