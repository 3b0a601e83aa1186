// bench/RESULTS.md, written from what was measured.
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { CONNECTIONS, pinning } from "./rounds.mjs";
import { ECHO, ratio, targets } from "./targets.mjs";
import { median } from "./timed.mjs";

const fixed = (value, digits = 2) => value.toFixed(digits);
const percent = (share) => `${Math.round(share * 100)} %`;
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function serverRows(results) {
  return [...results.keys()].map((kind) => {
    const of = (what) => median(results.get(kind).map((result) => result[what]));
    return [
      kind,
      Math.round(of("perSecond")),
      fixed(ratio(results, kind, ECHO)),
      fixed(of("cpu"), 1),
      fixed(ratio(results, kind, ECHO, "perCpuSecond")),
      percent(of("busy")),
      fixed(of("p50")),
      fixed(of("p99")),
      Math.round(of("megabytes")),
      fixed(of("longestMs"), 1),
    ];
  });
}

const capacityRows = (capacity) =>
  capacity.map(({ name, count, bytesEach, steps }) => [
    `${name}, ${count}`,
    Math.round(bytesEach),
    ...Object.values(steps).map(({ perSecond, p99 }) => `${Math.round(perSecond)}/s, ${fixed(p99, 1)} ms`),
  ]);

function inProcessRows({ steps, found, asked, imports }) {
  return [
    ["JSON.parse and JSON.stringify of a body", fixed(steps.json)],
    ["registerClient(), memory store", fixed(steps.registered)],
    ["the same, refused for one redirect URI", fixed(steps.refused)],
    ...Object.entries(found).map(([kind, time]) => [`findClient, ${kind}`, fixed(time)]),
    ...Object.entries(asked).map(([kind, time]) => [kind, fixed(time)]),
    ...Object.entries(imports).map(([name, ms]) => [`import "${name}"`, fixed(ms * 1000, 0)]),
  ];
}

function peerVersions() {
  const { dependencies } = JSON.parse(readFileSync(new URL("peers/package.json", import.meta.url), "utf8"));
  return Object.entries(dependencies)
    .map(([name, version]) => `\`${name}\` ${version}`)
    .join(", ");
}

export function report({ results, inProcess, sizes, capacity, rounds, seconds, command }) {
  const loadBusy = Math.max(...[...results.values()].flat().map((result) => result.loadBusy));
  return `# Results of the bench

\`${command}\` wrote this file: Node.js ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB. Absolute figures are this machine's; compare the ratios. Peers: ${peerVersions()}.

## Targets

A ratio under load is the median of each round's own ratio. "By CPU" is the same ratio in requests for each second of the server's CPU time, which other work on the machine disturbs less.

${table(["what", "measured", "target", "", "beside it"], targets({ results, inProcess, sizes, capacity }))}

### Why some are missed, and what was tried

${readFileSync(new URL("missed.md", import.meta.url), "utf8").trim()}

## Servers under load

- \`POST /register\` over ${CONNECTIONS} connections, ${pinning}. Each request registers another client; the status, \`client_id\` and \`client_name\` of each answer are checked.
- Medians of ${rounds} rounds, in which the servers take turns: each starts anew, serves ${seconds} s to warm up, and is measured for ${seconds} s.
- Ours have all checks, an audit sink and a rate limit that no caller reaches. SQLite has \`synchronous = FULL\`, ours and the bare server. PostgreSQL runs on the same cores.
- "Server busy" is the server's share of its core. The load took at most ${percent(loadBusy)} of its own core.
- Memory is the resident set at the end, with all clients that were registered. The longest stop of the event loop includes garbage collection and what other processes took of the core.

${table(["server", "requests/s", "of the bare echo", "CPU µs/request", "of the bare echo, by CPU", "server busy", "p50 ms", "p99 ms", "memory MB", "longest stop ms"], serverRows(results))}

## In one process

Microseconds a call, medians of rounds in turns, with distinct inputs: \`node bench/in-process.mjs\`.

${table(["step", "µs"], inProcessRows(inProcess))}

## Growth

${
  capacity
    ? `The stores alone, 64 calls at a time: calls a second, and within how many milliseconds 99 of 100 are answered. \`node bench/capacity.mjs\`.

${table(["database, clients", "bytes a client", ...Object.keys(capacity[0].steps)], capacityRows(capacity))}`
    : "Not in this run: `npm run bench -- --growth` measures it too, which takes some minutes."
}

## Other measurements

Each prints its figures: \`node bench/size.mjs\` (what each room weighs), \`node bench/probing.mjs\` (what a 401 tells by its time), \`node bench/sweep.mjs\` (1,000,000 expired clients), \`node bench/growth.mjs\` (rows that repeated registrations leave).
`;
}
