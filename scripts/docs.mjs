// Renews the parts of the documents that have a source elsewhere. `--check` changes nothing and fails where a part
// differs from its source.
//   <!-- snippet: PATH -->          the fence behind it holds that file's text
//   <!-- generated: settings -->    the server's settings
//   <!-- generated: rfc-map -->     where the code says which section it follows
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "./workspace.mjs";

const check = process.argv.includes("--check");
const read = (path) => readFileSync(join(root, path), "utf8");
const files = (...patterns) =>
  execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", ...patterns], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\n")
    .filter(Boolean)
    .sort();

const generated = {
  settings: () =>
    execFileSync(process.execPath, [join(root, "packages/server/bin/oauth-dcr.js"), "help", "--markdown"], {
      encoding: "utf8",
    }),
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
};

let stale = 0;
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
  if (after === before) continue;
  if (check) {
    console.error(`${document} is out of date; run the format script`);
    stale++;
  } else {
    writeFileSync(join(root, document), after);
  }
}
process.exit(stale > 0 ? 1 : 0);
