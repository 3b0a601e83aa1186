import { defineConfig } from "tsup";

/** What every package shares: one ESM build with types, for any runtime of ES2022. */
export function packageBuild(entry: string[], platform: "neutral" | "node" = "neutral") {
  return defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform,
    dts: true,
    clean: true,
    sourcemap: true,
    treeshake: true,
    // Deno wants its built-ins by this name.
    removeNodeProtocol: false,
  });
}
