import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "tsup";

/** What every package shares: one ESM build with types, for any runtime of ES2022. */
export function packageBuild(entry: string[], platform: "neutral" | "node" = "neutral") {
  removeOlderFiles("dist", Date.now());
  return defineConfig({
    entry,
    format: "esm",
    target: "es2022",
    platform,
    dts: true,
    // It would clean at the beginning: a process that starts during a build would not find its files.
    clean: false,
    sourcemap: true,
    treeshake: true,
    // Deno wants its built-ins by this name.
    removeNodeProtocol: false,
  });
}

/** Once the build has succeeded, what it did not write is from an earlier one. */
function removeOlderFiles(folder: string, startedAt: number): void {
  process.on("exit", (code) => {
    if (code !== 0) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && statSync(path).mtimeMs < startedAt) rmSync(path);
    }
  });
}
