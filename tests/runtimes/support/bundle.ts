import { build } from "esbuild";
import { join } from "node:path";

/** The ways into the case list; a runtime takes the one that fits it. */
export const entry = (name: string): string => join(import.meta.dirname, "../entries", name);

/**
 * Leaves the packages outside, so that the runtime finds them by their own `exports`: beside this package's node_modules,
 * where that is possible.
 */
export async function unbundledEntry(): Promise<string> {
  const outfile = join(import.meta.dirname, "../dist/process.mjs");
  await build({
    entryPoints: [entry("process.ts")],
    outfile,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "neutral",
    target: "es2022",
  });
  return outfile;
}

/** One script without an import, of what a runtime of these conditions gets of each package; it makes `report` global. */
export async function bundledScript(conditions: readonly string[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry("global.ts")],
    write: false,
    bundle: true,
    format: "iife",
    // Neutral, so that an import of a Node.js module is an error of the build.
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: [...conditions],
    target: "es2022",
  });
  return outputFiles[0]?.text ?? "";
}
