// The targets of speed and size, each with what was measured.
import { median } from "./timed.mjs";

const fixed = (value, digits = 2) => value.toFixed(digits);

function row(what, value, { least, most, digits, remark = "" }) {
  const target = least === undefined ? `≤ ${most}` : `≥ ${least}`;
  if (!Number.isFinite(value)) return [what, "not measured", target, "", remark];
  const isMet = least === undefined ? value <= most : value >= least;
  const miss = Math.round(Math.abs(value / (least ?? most) - 1) * 100);
  return [what, fixed(value, digits), target, isMet ? "met" : `missed by ${miss} %`, remark];
}

/** Of each round its own ratio, so that what the machine does meanwhile strikes both. */
export function ratio(results, kind, base, what = "perSecond") {
  const bases = results.get(base);
  if (!bases || !results.has(kind)) return NaN;
  return median(results.get(kind).map((result, round) => result[what] / bases[round][what]));
}

export const ECHO = "echo on node:http";
const NODE = "Node.js adapter, memory";
const PEERS = ["@modelcontextprotocol/sdk", "oidc-provider", "@cloudflare/workers-oauth-provider"];

function underLoad(results) {
  const faster = (number, kind, base, least, byCpu = true) => {
    const cpu = byCpu ? `by CPU ${fixed(ratio(results, kind, base, "perCpuSecond"))}` : "";
    return row(`${number}. ${kind}: requests/s, of ${base}`, ratio(results, kind, base), {
      least,
      remark: cpu,
    });
  };
  const insert = (database, kind, least) =>
    faster(3, `Node.js adapter, ${kind}`, `one insert, ${database}`, least, false);
  return [
    faster(1, NODE, ECHO, 0.6),
    ...PEERS.map((peer) => faster(1, NODE, peer, 4)),
    faster(2, "Hono adapter, memory", "echo on Hono", 0.6),
    insert("SQLite", "SQLite", 2.5),
    row(
      "3. Node.js adapter, SQLite: p99, of one insert",
      ratio(results, "Node.js adapter, SQLite", "one insert, SQLite", "p99"),
      { most: 1 },
    ),
    insert("PostgreSQL", "PostgreSQL", 0.9),
    insert("PostgreSQL", "PostgreSQL, total quota", 0.9),
  ];
}

function inOneProcess({ steps, hostile, found, asked }) {
  return [
    row("4. registerClient(), of JSON.parse and JSON.stringify of its body", steps.registered / steps.json, {
      most: 5,
      digits: 1,
    }),
    row("4. a refusal, of an acceptance", steps.refused / steps.registered, { most: 1 }),
    ...Object.entries(hostile).map(([name, { json, registered }]) =>
      row(`4. ${name}, of its JSON.parse`, registered / json, {
        most: 5,
        remark: `${fixed(registered, 0)} µs`,
      }),
    ),
    row("5. findClient, memory store, µs", found["memory store"], { most: 1 }),
    row(
      "5. findClient, SQLite, of a bare prepared read and JSON.parse",
      found.SQLite / found["SQLite, a bare prepared read and JSON.parse"],
      { most: 2 },
    ),
    row(
      "5. findClient, stateless, of its HMAC",
      found["stateless, never seen"] / found["stateless, its HMAC alone"],
      { most: 1.5 },
    ),
    row("5. findClient, stateless, seen before, µs", found["stateless, seen before"], { most: 2 }),
    row("5. allowsRedirectUri, exact match, µs", asked["allowsRedirectUri, exact match"], { most: 0.5 }),
    row("5. consentView, 100 well-known names, µs", asked["consentView, 100 well-known names"], {
      most: 50,
      digits: 1,
    }),
    row("5. consentView, a hostile client, µs", asked["consentView, a hostile client"], {
      most: 50,
      digits: 1,
    }),
  ];
}

function growth(capacity = []) {
  return ["SQLite", "PostgreSQL"].flatMap((name) => {
    const [few, many] = capacity.filter((entry) => entry.name === name);
    return ["created", "found"].flatMap((step) => {
      const [one, other] = [few, many].map((entry) => entry?.steps[step] ?? {});
      return [
        row(`6. ${name}, ${step}: time a call, many of few`, one.perSecond / other.perSecond, { most: 1.3 }),
        row(`6. ${name}, ${step}: p99, many of few`, other.p99 / one.p99, { most: 1.3 }),
      ];
    });
  });
}

/** Rows of what, measured, target, verdict and remark. */
export function targets({ results, inProcess, sizes, capacity }) {
  const { imports } = inProcess;
  const longest = (kind) => median(results.get(kind).map(({ longestMs }) => longestMs));
  return [
    ...underLoad(results),
    ...inOneProcess(inProcess),
    ...growth(capacity),
    ...Object.entries(sizes).map(([use, { gzip, target }]) =>
      row(`7. ${use}, kB gzip`, gzip / 1000, { most: target / 1000, digits: 1 }),
    ),
    row("7. importing core, of importing Hono", imports["@oauth-dcr/core"] / imports.hono, {
      most: 1,
      remark: `${fixed(imports["@oauth-dcr/core"], 1)} ms`,
    }),
    row(`8. ${NODE}: longest stop of the event loop under load, ms`, longest(NODE), {
      most: 5,
      digits: 1,
      remark: `the bare echo: ${fixed(longest(ECHO), 1)}`,
    }),
  ];
}
