import { defineConfig } from "vitest/config";

const OTHERS = ["**/node_modules/**", "**/.next/**", "**/dist/**"];

/** Room for tests that build an application or kill a process; nothing is asserted about time. */
const patient = { testTimeout: 120_000, hookTimeout: 240_000 };

export default defineConfig({
  test: {
    // Half of the work is done by child processes, so that a worker a core is not too many.
    maxWorkers: "100%",
    projects: [
      {
        test: {
          // The rules, in one process: nothing here keeps a state that another file could see.
          name: "unit",
          include: ["packages/core/test/**/*.test.ts"],
          isolate: false,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          // The contract suites: every store and limiter on its database, every adapter on its framework.
          name: "contract",
          include: [
            "packages/{conformance,contract-tests,rate-limit,store-sql}/test/**/*.test.ts",
            "tests/{adapters,guarded-fetch,telemetry}/**/*.test.ts",
          ],
          exclude: OTHERS,
          ...patient,
        },
      },
      {
        test: {
          // Whole processes, builds, browsers, other runtimes, and faults.
          name: "system",
          include: ["tests/{clients,console,e2e,examples,faults,packaging,peers,runtimes}/**/*.test.ts"],
          exclude: OTHERS,
          ...patient,
        },
      },
    ],
  },
});
