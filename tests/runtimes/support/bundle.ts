import { build } from "esbuild";
import { join } from "node:path";

const HERE = join(import.meta.dirname, "..");

/**
 * Leaves the packages outside, so that the runtime finds them by their own `exports`: beside this package's node_modules,
 * where that is possible.
 */
export async function unbundledEntry(): Promise<string> {
  const outfile = join(HERE, "dist/process.mjs");
  await build({
    entryPoints: [join(HERE, "entries/process.ts")],
    outfile,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "neutral",
    target: "es2022",
  });
  return outfile;
}
