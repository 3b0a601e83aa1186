import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PACKAGES = fileURLToPath(new URL("../../packages", import.meta.url));

interface Manifest {
  name: string;
  bin?: object;
  exports: object;
}
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(PACKAGES, folder, "package.json"), "utf8")) as Manifest;

/** All files of a build, those in folders too. */
const builtFiles = (dist: string) => readdirSync(dist, { recursive: true, encoding: "utf8" });

function isForCommonJs(problem: Problem): boolean {
  return "resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind);
}

describe.each(readdirSync(PACKAGES))("packages/%s, as packed", (folder) => {
  const manifest = manifestOf(folder);
  let directory: string;
  let tarball: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "oauth-dcr-pack-"));
    // npm packs what the registry would get; `workspace:` versions, which only pnpm replaces, concern no check here.
    const pack = ["pack", "--silent", "--pack-destination", directory];
    execFileSync("npm", pack, { cwd: join(PACKAGES, folder), stdio: "pipe" });
    tarball = join(directory, readdirSync(directory)[0]!);
    execFileSync("tar", ["-xzf", tarball, "-C", directory]);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it("passes publint, strict", async () => {
    const { messages, pkg } = await publint({
      pkgDir: join(directory, "package"),
      pack: false,
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  // A package that is only a command has no types to resolve.
  const typed = manifest.bin ? [] : [folder];
  it.each(typed)("has types that resolve (attw)", async () => {
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
    // ESM alone: what CommonJS and the resolution of Node.js 10 would find is no concern of these packages.
    const problems = analysis.types
      ? analysis.problems.filter((problem) => !isForCommonJs(problem))
      : ["no types"];
    expect(problems).toEqual([]);
  });

  it("holds its licence and its README", () => {
    const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).split("\n");
    expect(files).toEqual(expect.arrayContaining(["package/LICENSE", "package/README.md"]));
    expect(files.filter((file) => /\/(test|src)\//.test(file))).toEqual([]);
  });
});

/** What a file loads from other packages, by itself and by way of the files that it shares with others. */
function foreignImports(path: string, seen = new Set<string>()): Set<string> {
  seen.add(path);
  const imports = readFileSync(path, "utf8").matchAll(
    /^(?:import|export)\b[^"';]*["']([^"']+)["']|import\(\s*["']([^"']+)["']/gm,
  );
  const foreign = new Set<string>();
  for (const [, name = "", later = name] of imports) {
    const file = join(dirname(path), later);
    if (!later.startsWith(".")) foreign.add(later);
    else if (!seen.has(file)) for (const one of foreignImports(file, seen)) foreign.add(one);
  }
  return foreign;
}

describe("what must run everywhere", () => {
  const NEUTRAL = [
    "core",
    "adapter-hono",
    "adapter-next",
    "store-sql",
    "contract-tests",
    "conformance",
    "console",
  ];
  const EVERYWHERE = /^(@oslojs\/|@oauth-dcr\/core(\/[a-z-]+)?$|hono|next\/)/;
  // Optional peers, each behind the entries that say so in the README alone.
  const BEHIND: Readonly<Record<string, RegExp>> = {
    "client-attestation/index.js": /^jose$/,
    "federation.js": /^jose$/,
    "jose.js": /^jose$/,
    "open-banking/index.js": /^jose$/,
    "mutual-tls/index.js": /^(@peculiar\/x509|reflect-metadata)$/,
    "public-suffix-list.js": /^tldts$/,
    "spiffe/index.js": /^jose$/,
    "udap/index.js": /^(jose|@peculiar\/x509|reflect-metadata)$/,
  };
  it.each(NEUTRAL)("packages/%s has no Node built-in in its build", (folder) => {
    const dist = join(PACKAGES, folder, "dist");
    const entries = Object.values(manifestOf(folder).exports as Record<string, string | { default: string }>)
      .flatMap((entry) => (typeof entry === "string" ? [] : entry.default))
      .map((path) => relative("dist", path));
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) {
      const isAdmitted = (name: string) => EVERYWHERE.test(name) || BEHIND[entry]?.test(name) === true;
      expect([...foreignImports(join(dist, entry))].filter((name) => !isAdmitted(name))).toEqual([]);
    }
  });

  it("core names OpenTelemetry in the types of its own entry alone, and loads none of it even there", () => {
    const dist = join(PACKAGES, "core", "dist");
    const naming = builtFiles(dist)
      .filter((file) => /\.(js|d\.ts)$/.test(file))
      .filter((file) => /["']@opentelemetry\//.test(readFileSync(join(dist, file), "utf8")));
    expect(naming).toEqual([join("opentelemetry", "index.d.ts")]);
  });
});
