import type { CheckResult, ConformanceReport, Outcome } from "../report.js";

/** The results that SARIF calls findings, and how it grades them. */
const LEVELS: Readonly<Record<Outcome, "error" | "warning" | "none">> = {
  failed: "error",
  warned: "warning",
  skipped: "none",
  passed: "none",
};
const KINDS: Readonly<Record<Outcome, "fail" | "pass" | "notApplicable">> = {
  failed: "fail",
  warned: "fail",
  skipped: "notApplicable",
  passed: "pass",
};

/**
 * A report as SARIF 2.1.0 (an object; `JSON.stringify` makes the file), for code scanning services.
 *
 * @example
 * ```ts
 * import { conformance, toSarif } from "@oauth-dcr/conformance";
 *
 * const file = JSON.stringify(toSarif(await conformance("https://as.example")), null, 2);
 * ```
 * @see SARIF 2.1.0 https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(report: ConformanceReport): Readonly<Record<string, unknown>> {
  const { url, startedAt, results, leftBehind, stopped } = report;
  const notes = leftBehind.map(({ clientId, reason }) => `The client ${clientId} was not deleted: ${reason}`);
  if (stopped !== undefined) notes.unshift(`The checks ended early: ${stopped}`);
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "oauth-dcr conformance",
            rules: results.map(ruleOf),
          },
        },
        invocations: [
          {
            executionSuccessful: stopped === undefined,
            startTimeUtc: startedAt,
            toolExecutionNotifications: notes.map((text) => ({ level: "warning", message: { text } })),
          },
        ],
        results: results.map((result, ruleIndex) => resultOf(result, ruleIndex, url)),
      },
    ],
  };
}

function ruleOf({ id, title, section }: CheckResult) {
  return {
    id,
    shortDescription: { text: title },
    helpUri: section.url,
    properties: { section: section.name },
  };
}

function resultOf({ id, outcome, observed, impact, remedy }: CheckResult, ruleIndex: number, url: string) {
  const texts = [observed, impact && `Impact: ${impact}`, remedy && `Fix: ${remedy}`];
  return {
    ruleId: id,
    ruleIndex,
    kind: KINDS[outcome],
    level: LEVELS[outcome],
    message: { text: texts.filter((text) => text !== undefined && text !== "").join("\n") },
    locations: [{ physicalLocation: { artifactLocation: { uri: url } } }],
  };
}
