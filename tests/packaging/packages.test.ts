import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

describe("what must run everywhere", () => {
  const NEUTRAL = ["core", "adapter-hono", "adapter-next", "store-sql", "contract-tests"];
  const EVERYWHERE = /^(@oslojs\/|@oauth-dcr\/core(\/[a-z-]+)?$|hono|next\/)/;
  // Optional peers, each behind the entries that need it.
  const BEHIND: Readonly<Record<string, RegExp>> = {
    "jose.js": /^jose$/,
    "open-banking/index.js": /^jose$/,
    "public-suffix-list.js": /^tldts$/,
  };
  it.each(NEUTRAL)("packages/%s has no Node built-in in its build", (folder) => {
    const dist = join(PACKAGES, folder, "dist");
    const code = builtFiles(dist).filter((file) => file.endsWith(".js"));
    expect(code.length).toBeGreaterThan(0);
    const importsOf = (file: string): string[] =>
      [...readFileSync(join(dist, file), "utf8").matchAll(/(?:from|import\()\s*["']([^"']+)["']/g)].map(
        ([, name]) => name!,
      );
    /** What a file imports from elsewhere, by itself and by the chunks that it shares with other entries. */
    const foreignTo = (file: string): string[] =>
      importsOf(file).flatMap((name) =>
        name.startsWith(".") ? foreignTo(join(dirname(file), name)) : [name],
      );
    for (const file of code.filter((name) => !name.startsWith("chunk-"))) {
      const foreign = foreignTo(file);
      const isAdmitted = (name: string) => EVERYWHERE.test(name) || BEHIND[file]?.test(name) === true;
      expect(foreign.filter((name) => !isAdmitted(name))).toEqual([]);
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
