// bench/RESULTS.md, written from what was measured.
import { cpus, totalmem } from "node:os";
import { CONNECTIONS, pinning } from "./rounds.mjs";

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const fixed = (value, digits = 2) => value.toFixed(digits);
const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const verdict = (value, target, isMost = false) =>
  (isMost ? value <= target : value >= target)
    ? "met"
    : `missed by ${Math.round(Math.abs(value / target - 1) * 100)} %`;

export function report({ results, inProcess, sizes, rounds, seconds }) {
  const of = (kind, what) => median(results.get(kind).map((result) => result[what]));
  /** In pairs: each round's own ratio. */
  const ratio = (kind, base, what = "perSecond") =>
    median(results.get(kind).map((result, round) => result[what] / results.get(base)[round][what]));
  const ECHO = "echo on node:http";
  const NODE = "Node.js adapter, memory";
  const HONO = "Hono adapter, memory";
  const PEERS = ["@modelcontextprotocol/sdk", "oidc-provider", "@cloudflare/workers-oauth-provider"];

  const servers = [...results.keys()].map((kind) => [
    kind,
    Math.round(of(kind, "perSecond")),
    fixed(ratio(kind, ECHO)),
    fixed(of(kind, "cpu"), 1),
    fixed(of(kind, "p50")),
    fixed(of(kind, "p99")),
    Math.round(of(kind, "megabytes")),
    fixed(of(kind, "longestMs"), 1),
  ]);
  const floor = (what, value, target) => [what, fixed(value), `≥ ${target}`, verdict(value, target)];
  const ceiling = (what, value, target, digits = 2) => [
    what,
    fixed(value, digits),
    `≤ ${target}`,
    verdict(value, target, true),
  ];
  const { steps, hostile, found, asked } = inProcess;
  const targets = [
    floor("1. Node.js adapter, memory, of the bare echo", ratio(NODE, ECHO), 0.6),
    ...PEERS.map((peer) => floor(`1. Node.js adapter, memory, of ${peer}`, ratio(NODE, peer), 4)),
    floor("2. Hono adapter, memory, of the bare echo on Hono", ratio(HONO, "echo on Hono"), 0.6),
    floor("3. SQLite, of one bare insert", ratio("Node.js adapter, SQLite", "one insert, SQLite"), 2.5),
    ceiling(
      "3. SQLite, p99, of that of one bare insert",
      ratio("Node.js adapter, SQLite", "one insert, SQLite", "p99"),
      1,
    ),
    floor(
      "3. PostgreSQL, of one bare insert",
      ratio("Node.js adapter, PostgreSQL", "one insert, PostgreSQL"),
      0.9,
    ),
    floor(
      "3. PostgreSQL with a total quota, of one bare insert",
      ratio("Node.js adapter, PostgreSQL, total quota", "one insert, PostgreSQL"),
      0.9,
    ),
    ceiling("4. registerClient(), of JSON.parse and JSON.stringify", steps.registered / steps.json, 5, 1),
    ceiling("4. a refusal, of an acceptance", steps.refused / steps.registered, 1),
    ...Object.entries(hostile).map(([name, { json, explained }]) =>
      ceiling(`4. ${name}, of its JSON.parse`, explained / json, 5, 1),
    ),
    ceiling("5. findClient, memory store, µs", found["memory store"], 1),
    ceiling(
      "5. findClient, SQLite, of a bare read with JSON.parse",
      found.SQLite / found["SQLite, a bare read"],
      2,
    ),
    ceiling("5. findClient, stateless, a client seen before, µs", found.stateless, 2),
    ceiling("5. allowsRedirectUri, exact match, µs", asked.allowsRedirectUri, 0.5),
    ceiling("5. consentView with 100 well-known names, µs", asked.consentView, 50, 1),
    ceiling("5. the same for a hostile client, µs", asked["consentView, hostile"], 50, 1),
    ...Object.entries(sizes).map(([use, { gzip, target }]) =>
      ceiling(`7. ${use}, kB gzip`, gzip / 1000, target / 1000, 1),
    ),
    ceiling("8. longest stop of the event loop under load, ms", of(NODE, "longestMs"), 5, 1),
  ];

  return `# Results of the bench

Written by \`npm run bench -- --rounds ${rounds} --seconds ${seconds}\` on Node.js ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB. Absolute figures are this machine's; compare the ratios.

## Servers under load

\`POST /register\` over ${CONNECTIONS} connections, each client registered once, each answer checked; ${pinning}. Medians of ${rounds} rounds of ${seconds} s, in which the servers take turns. Ours have all checks, audit and a rate limit that nobody reaches; SQLite has \`synchronous = FULL\`. The longest stop of the event loop is measured while the load runs, garbage collection included.

${table(["server", "requests/s", "of the bare echo", "CPU µs/request", "p50 ms", "p99 ms", "memory MB", "longest stop ms"], servers)}

## Targets

${table(["what", "measured", "target", ""], targets)}

## In one process

Microseconds a call, medians of rounds in turns, distinct inputs. \`node bench/in-process.mjs\`.

${table(
  ["step", "µs"],
  [
    ["JSON.parse and JSON.stringify of a body", fixed(steps.json)],
    ["registerClient(), memory store", fixed(steps.registered)],
    ["the same, refused", fixed(steps.refused)],
    ...Object.entries(found).map(([kind, time]) => [`findClient, ${kind}`, fixed(time)]),
    ...Object.entries(asked).map(([kind, time]) => [kind, fixed(time)]),
  ],
)}

## Not in this run

Growth to 1,000,000 clients: \`npx pnpm@10.34.9 --filter @oauth-dcr/bench run capacity\`, which takes minutes and prints its figures. What a 401 tells by its time: \`run probing\`. Sweeps: \`run sweep\`. What each room weighs: \`run size\`.
`;
}
