import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../support/ports.js";

/** A PostgreSQL server of one test's own, for what nobody may do to the one that all tests share. */
export interface PrivatePostgres {
  readonly port: number;
  /** Its only database, as its superuser. */
  readonly url: string;
  /** `fast` ends the connections and shuts down in order; `immediate` is a crash, which the next start recovers from. */
  stop(how: "fast" | "immediate"): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Stops every process of it where it stands: it takes connections and bytes still, and answers nothing. */
  pause(): void;
  resume(): void;
  /** Ends it, and leaves no file. */
  remove(): Promise<void>;
}

const STOP_SIGNAL = { fast: "SIGINT", immediate: "SIGQUIT" } as const;

/** Answers `undefined`, with the reason on the console, where there is no PostgreSQL to start. */
export async function privatePostgres(): Promise<PrivatePostgres | undefined> {
  const installed = findInstalled();
  if (typeof installed === "string") {
    console.log(`skipped: no PostgreSQL of the test's own (${installed})`);
    return undefined;
  }
  const { bin, user } = installed;
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-postgres-"));
  if (user) chownSync(directory, user.uid, user.gid);
  const data = join(directory, "data");
  // What initdb writes need not survive the machine. What the server writes is synced, as by default.
  execFileSync(
    join(bin, "initdb"),
    ["-D", data, "--no-sync", "--auth=trust", "-U", "postgres", "-E", "UTF8", "--locale=C"],
    {
      cwd: directory,
      stdio: "ignore",
      ...user,
    },
  );
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=60"];
  let server: ChildProcess;

  const isRunning = (): boolean => server.exitCode === null && server.signalCode === null;
  async function start(): Promise<void> {
    server = spawn(
      join(bin, "postgres"),
      ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
      { cwd: directory, stdio: ["ignore", "ignore", "pipe"], ...user },
    );
    let log = "";
    await new Promise<void>((resolve, reject) => {
      server.stderr?.on("data", (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-10_000);
        if (log.includes("ready to accept connections")) resolve();
      });
      server.once("exit", (code) => reject(new Error(`PostgreSQL did not start (${code}): ${log}`)));
    });
  }

  async function stop(how: "fast" | "immediate"): Promise<void> {
    if (!isRunning()) return;
    server.kill(STOP_SIGNAL[how]);
    await once(server, "exit");
  }

  // The parent is stopped first, so that it makes no child meanwhile.
  function signalChildren(signal: NodeJS.Signals): void {
    const children =
      readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8").match(/\d+/g) ?? [];
    for (const child of children) {
      try {
        process.kill(Number(child), signal);
      } catch (error) {
        // One that served a connection may have ended since it was listed.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  }
  function pause(): void {
    server.kill("SIGSTOP");
    signalChildren("SIGSTOP");
  }
  function resume(): void {
    signalChildren("SIGCONT");
    server.kill("SIGCONT");
  }

  await start();
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start,
    stop,
    pause,
    resume,
    async remove() {
      if (isRunning()) resume();
      await stop("immediate");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

interface Installed {
  readonly bin: string;
  /** As whom root runs it, which PostgreSQL refuses to run as. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** Where PostgreSQL is and who may run it, or why nobody may. */
function findInstalled(): Installed | string {
  if (process.platform !== "linux") return "its processes are found in Linux's /proc";
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql") : [];
  const bin = [
    ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...(process.env["PATH"] ?? "").split(":"),
  ].find((directory) => existsSync(join(directory, "initdb")));
  if (bin === undefined) return "initdb is neither in /usr/lib/postgresql nor in PATH";
  if (process.getuid?.() !== 0) return { bin, user: undefined };
  try {
    const [uid, gid] = ["-u", "-g"].map((which) => Number(execFileSync("id", [which, "postgres"])));
    return { bin, user: { uid: uid ?? 0, gid: gid ?? 0 } };
  } catch {
    return "this is root, which may not run it, and there is no user postgres";
  }
}
