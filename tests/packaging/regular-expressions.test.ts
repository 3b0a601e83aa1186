import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { check } from "recheck";
import ts from "typescript";
import { expect, it } from "vitest";

const PACKAGES = fileURLToPath(new URL("../../packages", import.meta.url));

interface Found {
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** The part of the checker's answer that is used here. */
interface Judgement {
  readonly status: string;
  readonly complexity?: { readonly type: string; readonly summary: string };
}

/** Every regular expression that stands in the sources as one. */
function literals(): readonly Found[] {
  return readdirSync(PACKAGES).flatMap((folder) =>
    readdirSync(join(PACKAGES, folder, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => literalsOf(join(PACKAGES, folder, "src", file))),
  );
}

function literalsOf(path: string): readonly Found[] {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
  const found: Found[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, source = "", flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      found.push({ place: `${relative(PACKAGES, path)}:${line + 1}`, source, flags });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Every one that core builds from parts while it is loaded. */
async function constructed(): Promise<readonly Found[]> {
  const found: Found[] = [];
  const Native = RegExp;
  globalThis.RegExp = new Proxy(Native, {
    construct(target, [source, flags = ""]: [string, string?]) {
      found.push({ place: `new RegExp("${source}")`, source, flags });
      return new target(source, flags);
    },
  });
  try {
    await import("../../packages/core/src/index.js");
  } finally {
    globalThis.RegExp = Native;
  }
  return found;
}

// A text of a stranger must not decide how long a match takes: at most a time that grows with the text's length.
it("no regular expression of the packages backtracks", async () => {
  const all = [...literals(), ...(await constructed())];
  expect(all.length).toBeGreaterThan(60);
  const bad: string[] = [];
  for (const { place, source, flags } of all) {
    const { status, complexity } = (await check(source, flags, { timeout: 20_000 })) as Judgement;
    const grows = complexity && !["safe", "linear"].includes(complexity.type);
    if (status !== "safe" || grows)
      bad.push(`${place} /${source}/${flags}: ${status} ${complexity?.summary ?? ""}`);
  }
  expect(bad).toEqual([]);
});
