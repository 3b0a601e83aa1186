// `npm test`: install, build, check types, lint, and run every test. The last line counts the tests, and the lines before
// it name what was skipped. Arguments go to Vitest, such as `npm test -- --project unit`.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { install, pnpm, root } from "./workspace.mjs";

install();
pnpm("build and types", "exec", "turbo", "run", "build", "typecheck", "--output-logs=errors-only");
// After the build, whose types it reads.
pnpm("lint", "exec", "turbo", "run", "//#lint", "--output-logs=errors-only");

console.log("\n--- tests");
const report = join(root, ".test-report.json");
rmSync(report, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1" },
  },
);
if (!existsSync(report)) process.exit(status || 1);
const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
  readFileSync(report, "utf8"),
);
const skipped = testResults
  .flatMap(({ assertionResults }) => assertionResults)
  .filter(({ status: outcome }) => outcome === "skipped" || outcome === "pending")
  .map(({ fullName }) => fullName);
for (const name of skipped) console.log(`skipped: ${name}`);
// Arguments may leave out what they like. Without any, each skip says in its name what is missing.
const unexplained =
  process.argv.length > 2 ? [] : skipped.filter((name) => !name.includes("is not tested here: "));
for (const name of unexplained) console.error(`skipped without a reason in its name: ${name}`);
console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
// A run in which nothing ran is no success.
process.exit(status !== 0 || numPassedTests === 0 || unexplained.length > 0 ? 1 : 0);
