import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.next/**", "**/dist/**"],
    // Half of the work is done by child processes, so that a worker a core is not too many.
    maxWorkers: "100%",
    // Room for tests that build an application or kill a process; nothing is asserted about time.
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
