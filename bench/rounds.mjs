// Servers under load, one after the other in each round, so that what the machine does meanwhile strikes all alike.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { POSTGRES, dropSchema, postgresAnswers } from "./postgres.mjs";

const here = import.meta.dirname;
export const CONNECTIONS = 32;

/** Whether each core can have one side of the socket. */
const canPin = (() => {
  try {
    execFileSync("taskset", ["-c", "1", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
export const pinning = canPin
  ? "the server on one core and the load on the other"
  : "without pinning: there is no taskset here";
const pinned = (core, ...command) => (canPin ? ["taskset", "-c", core, ...command] : command);

export const SERVERS = [
  ["bare.mjs", "echo on node:http"],
  ["ours.mjs", "Node.js adapter, memory"],
  ["ours.mjs", "Node.js adapter, memory, idempotent"],
  ["peers", "@modelcontextprotocol/sdk"],
  ["peers", "oidc-provider"],
  ["peers", "@cloudflare/workers-oauth-provider"],
  ["bare.mjs", "echo on Hono"],
  ["ours.mjs", "Hono adapter, memory"],
  ["bare.mjs", "one insert, SQLite"],
  ["ours.mjs", "Node.js adapter, SQLite"],
  ["bare.mjs", "one insert, PostgreSQL"],
  ["ours.mjs", "Node.js adapter, PostgreSQL"],
  ["ours.mjs", "Node.js adapter, PostgreSQL, total quota"],
];

async function load(port, seconds) {
  const [command, ...rest] = pinned(
    "1",
    process.execPath,
    join(here, "load.mjs"),
    port,
    seconds,
    CONNECTIONS,
  );
  const child = spawn(command, rest.map(String), { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error("the load failed");
  return JSON.parse(text);
}

async function measure([file, kind], seconds, place) {
  const path = file === "peers" ? join(here, "peers/servers.mjs") : join(here, "servers", file);
  const [command, ...rest] = pinned("0", process.execPath, path, kind, place);
  const server = spawn(command, rest, {
    env: { ...process.env, BENCH_POSTGRES: POSTGRES },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  server.once("exit", (code) => {
    if (code) throw new Error(`${kind} ended with ${code}`);
  });
  const usage = async () => {
    server.send("usage");
    return (await once(server, "message"))[0];
  };
  try {
    const [{ port }] = await once(server, "message");
    await load(port, seconds);
    const before = await usage();
    const result = await load(port, seconds);
    const after = await usage();
    const cpuMicroseconds = after.cpuMicroseconds - before.cpuMicroseconds;
    return {
      perSecond: result.perSecond,
      p50: result.p50,
      p99: result.p99,
      loadBusy: result.busy,
      busy: cpuMicroseconds / 1000 / result.elapsedMs,
      cpu: cpuMicroseconds / result.requests,
      perCpuSecond: (result.requests / cpuMicroseconds) * 1e6,
      megabytes: after.rss / 1e6,
      longestMs: after.longestMs,
    };
  } finally {
    const ended = once(server, "exit");
    server.kill();
    await ended;
  }
}

const needsPostgres = ([, kind]) => kind.includes("PostgreSQL");

/** The results of each server, one for each round. Without PostgreSQL, the servers that need it have none. */
export async function runRounds(rounds, seconds) {
  const hasPostgres = await postgresAnswers();
  const servers = SERVERS.filter((server) => hasPostgres || !needsPostgres(server));
  const results = new Map(servers.map(([, kind]) => [kind, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const server of servers) {
      const [, kind] = server;
      const isPostgres = needsPostgres(server);
      const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-bench-"));
      const place = isPostgres ? `bench_${process.pid}_${round}` : join(folder, "clients");
      try {
        const result = await measure(server, seconds, place);
        results.get(kind).push(result);
        console.error(`round ${round + 1}: ${kind}: ${Math.round(result.perSecond)}/s`);
      } finally {
        rmSync(folder, { recursive: true });
        if (isPostgres) await dropSchema(place);
      }
    }
  }
  return results;
}
