// Renews the parts of the documents that have a source elsewhere. `--check` changes nothing and fails where a part
// differs from its source.
//   <!-- snippet: PATH -->          the fence behind it holds that file's text
//   <!-- generated: metrics -->     the table of metrics of the built core, and prometheus-metrics: as the server serves them
//   <!-- generated: settings -->    the server's settings, and as a whole packages/server/config.schema.json
//   <!-- generated: rfc-map -->     where the code says which section it follows
//   <!-- generated: requirements -->  which test and which file stand for which demand
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { root } from "./workspace.mjs";

const check = process.argv.includes("--check");
const read = (path) => readFileSync(join(root, path), "utf8");
const files = (...patterns) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    // One that was moved and not committed is still listed.
    .filter((path) => path !== "" && existsSync(join(root, path)))
    .sort();

/** What the built server tells of itself. */
const serverConfig = (command) =>
  execFileSync(process.execPath, [join(root, "packages/server/bin/oauth-dcr.js"), "config", command], {
    encoding: "utf8",
  });

const { METRICS } = await import(new URL("../packages/core/dist/opentelemetry/index.js", import.meta.url));

const generated = {
  "prometheus-metrics": () => {
    // A test compares the names with those that a server serves.
    const units = { s: "_seconds", By: "_bytes" };
    const rows = Object.entries(METRICS).map(([name, { instrument, unit, description, attributes }]) => {
      const suffix = `${units[unit] ?? ""}${instrument.endsWith("counter") ? "_total" : ""}`;
      const labels = attributes.map((attribute) => `\`${attribute.replaceAll(".", "_")}\``).join(", ");
      const type = instrument.replace("observable_", "");
      return `| \`${name.replaceAll(".", "_")}${suffix}\` | ${type} | ${labels} | ${description} |`;
    });
    return ["| metric | type | labels | what it measures |", "|---|---|---|---|", ...rows, ""].join("\n");
  },
  metrics: () => {
    const rows = Object.entries(METRICS).map(([name, { instrument, unit, description, attributes }]) => {
      const names = attributes.map((attribute) => `\`${attribute}\``).join(", ");
      return `| \`${name}\` | ${instrument.replace("_", " ")}, \`${unit}\` | ${names} | ${description} |`;
    });
    return [
      "| metric | instrument, unit | attributes | what it measures |",
      "|---|---|---|---|",
      ...rows,
      "",
    ].join("\n");
  },
  settings: () => {
    const code = (text) => (text === "" ? "" : `\`${text}\``);
    const rows = serverConfig("settings").trim().split("\n").map(JSON.parse);
    return [
      "| flag | environment | default | meaning |",
      "|---|---|---|---|",
      ...rows.map(
        (row) => `| ${code(row.flag)} | ${code(row.environment)} | ${code(row.default)} | ${row.says} |`,
      ),
      "",
    ].join("\n");
  },
  "rfc-map": (document) => {
    const rows = new Set();
    for (const path of files("packages/*/src/*.ts")) {
      // A docstring, and the first name behind it.
      for (const [, text, name] of read(path).matchAll(
        /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:(?:export|declare|async|function|interface|type|class|const|readonly)\s+)*(\w+)/g,
      )) {
        for (const [, source, url] of text.matchAll(/@see (.+?) (https:\S+)/g)) {
          const link = relative(dirname(document), path);
          rows.add(`| [${source}](${url}) | \`${name}\` | [${path.replace(/^packages\//, "")}](${link}) |`);
        }
      }
    }
    const sorted = [...rows].sort(new Intl.Collator("en", { numeric: true }).compare);
    return ["| source | in code | file |", "|---|---|---|", ...sorted, ""].join("\n");
  },
  requirements: (document) => {
    const demands = JSON.parse(read("docs/requirements.json"));
    const tests = testsByRequirement();
    const unknown = [...tests.keys()].filter((id) => !Object.hasOwn(demands, id));
    if (unknown.length > 0) throw new Error(`tests name what is no requirement: ${unknown.join(", ")}`);
    const link = (path, text) => `[${text}](${relative(dirname(document), path)})`;
    const rows = Object.entries(demands).map(([id, { says, specification, source = [], notOurs }]) => {
      const named = [...(tests.get(id) ?? [])];
      if (!notOurs && named.length === 0) throw new Error(`${id}: no test names it`);
      const where = source.map((path) => {
        const file = `packages/core/src/${path}`;
        if (!existsSync(join(root, file))) throw new Error(`${id}: there is no ${file}`);
        return link(file, path);
      });
      const proof = named.map((path) => link(path, basename(path, ".test.ts"))).join(", ");
      return `| ${id} | ${says} | ${specification} | ${notOurs ?? proof} | ${where.join(", ")} |`;
    });
    return ["| id | demand | specification | tests | source |", "|---|---|---|---|---|", ...rows, ""].join(
      "\n",
    );
  },
};

/** The files whose test titles begin with a requirement's identifier, or with several: `test("R7592-4, R7592-6: …"`. */
function testsByRequirement() {
  const tests = new Map();
  for (const path of files(
    "packages/*/test/**/*.ts",
    "packages/contract-tests/src/**/*.ts",
    "tests/**/*.ts",
  )) {
    for (const [, ids] of read(path).matchAll(
      /["'`](?:%s: )?((?:(?:R7591|R7592|OIDC|8414|8252|9700|21|CIMD)-\d+(?:, )?)+)[ :"'`]/g,
    )) {
      for (const id of ids.split(", ")) tests.set(id, (tests.get(id) ?? new Set()).add(path));
    }
  }
  return tests;
}

let stale = 0;

/** Writes what a file should hold, or says that it holds something else. */
function renew(path, before, after) {
  if (after === before) return;
  if (check) {
    console.error(`${path} is out of date; run the format script`);
    stale++;
  } else {
    writeFileSync(join(root, path), after);
  }
}

const SCHEMA = "packages/server/config.schema.json";
renew(SCHEMA, existsSync(join(root, SCHEMA)) ? read(SCHEMA) : "", serverConfig("schema"));
for (const document of files("*.md")) {
  const before = read(document);
  const after = before
    .replace(
      /(<!-- snippet: (\S+) -->\n```\w+\n)[^]*?(```\n)/g,
      (_, head, path, tail) => head + read(path) + tail,
    )
    .replace(
      /(<!-- generated: (\S+) -->\n)[^]*?(<!-- \/generated -->)/g,
      (_, head, part, tail) => `${head}${generated[part](document)}${tail}`,
    );
  const bare = /<!-- snippet: (\S+) -->\n(?!```)/.exec(after);
  if (bare) {
    console.error(`${document}: no fence behind the snippet ${bare[1]}`);
    stale++;
  }
  renew(document, before, after);
}
process.exit(stale > 0 ? 1 : 0);
