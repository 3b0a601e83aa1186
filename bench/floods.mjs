// Whether floods grow `oauth-dcr serve` or keep it from answering: for each, the peak of its memory, and the longest time
// that `/healthz` took from another address. Needs Linux and a build of all packages. Seconds and floods: node floods.mjs
// SECONDS NAME… Prints a line for each flood, or with `--json` all of them as JSON.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../packages/server/bin/oauth-dcr.js", import.meta.url));
/** One caller, with more connections than one may have. */
const CALLER = "127.0.0.1";
const CONNECTIONS = 400;
const OPERATOR = "127.0.0.9";
/** A request that takes longer counts with this time. */
const PATIENCE_MS = 20_000;

const BODY = JSON.stringify({ redirect_uris: ["https://app.example/callback"] });
const post = (length) =>
  `POST /register HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const SMALL = "GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(2000);
const REGISTRATIONS = (post(BODY.length) + BODY).repeat(300);
const MEGABYTE = Buffer.alloc(1_000_000, "a");

/** Writes as much as the connection takes. */
function pour(socket, text) {
  const more = () => {
    while (socket.writable && socket.write(text));
  };
  socket.on("drain", more);
  more();
}

/** Writes a little now and then. */
function drip(socket, text) {
  const timer = setInterval(() => socket.write(text), 500);
  socket.once("close", () => clearInterval(timer));
}

/** What a connection of each flood does once it stands. None reads an answer, unless it says so. */
const FLOODS = {
  "pipelined requests": (socket) => pour(socket, SMALL),
  "pipelined registrations": (socket) => pour(socket, REGISTRATIONS),
  "idle connections": () => undefined,
  "slow headers"(socket) {
    socket.write("GET / HTTP/1.1\r\nhost: a\r\nx: ");
    drip(socket, "a".repeat(100));
  },
  "slow bodies"(socket) {
    socket.write(post(65_000) + "a".repeat(60_000));
    drip(socket, "a");
  },
  "huge headers": (socket) =>
    pour(socket, `GET / HTTP/1.1\r\nhost: a\r\n${`x: ${"a".repeat(8_000)}\r\n`.repeat(100)}`),
  "connections that are reset": (socket) => socket.resetAndDestroy(),
  "bodies that are too large"(socket) {
    socket.resume().write(post(1e9));
    pour(socket, MEGABYTE);
  },
};

/** Keeps so many connections busy for ever; one that ended is opened again. */
function flood(behave, port) {
  const open = () => {
    const socket = connect({ port, host: "127.0.0.1", localAddress: CALLER, noDelay: true });
    socket.on("connect", () => behave(socket)).on("error", () => undefined);
    socket.once("close", () => setTimeout(open, 20));
  };
  for (let i = 0; i < CONNECTIONS; i += 1) open();
}

async function started(args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  let output = "";
  const origin = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      if (output.length < 10_000) output += chunk;
      const [, listening] = /listens on (\S+)[^]*try +curl/.exec(output) ?? [];
      if (listening) resolve(listening);
    });
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    child,
    origin,
    async end() {
      child.kill("SIGKILL");
      await exit;
    },
  };
}

/** Milliseconds until the server said that it is healthy. */
function healthMs(origin) {
  const start = performance.now();
  return new Promise((resolve) => {
    const request = get(`${origin}/healthz`, { localAddress: OPERATOR, agent: false, timeout: PATIENCE_MS });
    const failed = () => resolve(PATIENCE_MS);
    request.on("timeout", () => request.destroy()).on("error", failed);
    request.on("response", (response) => {
      response.resume().on("error", failed);
      response.on("end", () =>
        resolve(response.statusCode === 200 ? performance.now() - start : PATIENCE_MS),
      );
    });
  });
}

/** The most memory that a process ever had, in MB. */
const peakMegabytes = ({ pid }) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

async function measure(name, seconds) {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-floods-"));
  const database = join(directory, "clients");
  const server = await started([
    SERVER,
    "serve",
    "--port",
    "0",
    "--database",
    database,
    "--quota",
    "off",
    "--rate-limit",
    "off",
  ]);
  const flooding = spawn(process.execPath, [import.meta.filename, "--flood", name, server.origin], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  try {
    await healthMs(server.origin);
    const restMegabytes = peakMegabytes(server.child);
    const times = [];
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      times.push(await healthMs(server.origin));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return {
      name,
      restMegabytes,
      megabytes: peakMegabytes(server.child),
      longestMs: Math.max(...times),
      asked: times.length,
    };
  } finally {
    flooding.kill("SIGKILL");
    await server.end();
    rmSync(directory, { recursive: true });
  }
}

const args = process.argv.slice(2);
if (args[0] === "--flood") {
  flood(FLOODS[args[1]], Number(new URL(args[2]).port));
} else {
  const json = args[0] === "--json";
  const [seconds = 10, ...names] = json ? args.slice(1) : args;
  const measured = [];
  for (const name of names.length > 0 ? names : Object.keys(FLOODS)) {
    const result = await measure(name, Number(seconds));
    measured.push(result);
    if (json) continue;
    const { restMegabytes, megabytes, longestMs, asked } = result;
    console.log(
      `${name}: ${megabytes.toFixed(0)} MB at most (${restMegabytes.toFixed(0)} before), /healthz within ${longestMs.toFixed(0)} ms (${asked} times)`,
    );
  }
  if (json) console.log(JSON.stringify(measured));
}
