import type { CheckResult, ConformanceReport } from "../report.js";

/**
 * A report as JUnit XML, for CI servers. A failed check is a failure; a warning passes, with its text as output.
 *
 * @example
 * ```ts
 * import { conformance, toJUnit } from "@oauth-dcr/conformance";
 *
 * const xml = toJUnit(await conformance("https://as.example"));
 * ```
 */
export function toJUnit(report: ConformanceReport): string {
  const { url, startedAt, results, counts } = report;
  const attributes = [
    `name=${quoted(`OAuth registration conformance of ${url}`)}`,
    `timestamp=${quoted(startedAt.slice(0, 19))}`,
    `tests="${results.length}" failures="${counts.failed}" errors="0" skipped="${counts.skipped}"`,
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${results.length}" failures="${counts.failed}" errors="0" skipped="${counts.skipped}">`,
    `  <testsuite ${attributes.join(" ")}>`,
    ...results.map(testCase),
    ...outputOf(report),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(result: CheckResult): string {
  const { id, title, outcome, observed } = result;
  const [group = ""] = id.split(".");
  const opening = `    <testcase classname=${quoted(group)} name=${quoted(`${id}: ${title}`)}`;
  if (outcome === "passed") return `${opening}/>`;
  return `${opening}>\n      ${childOf(result, observed)}\n    </testcase>`;
}

function childOf(result: CheckResult, observed: string): string {
  if (result.outcome === "skipped") return `<skipped message=${quoted(observed)}/>`;
  const { impact = "", remedy = "", section } = result;
  const text = `Observed: ${observed}\nImpact: ${impact}\nFix: ${remedy}\nSee: ${section.name}, ${section.url}`;
  return result.outcome === "failed"
    ? `<failure message=${quoted(observed)} type="failed">${escaped(text)}</failure>`
    : `<system-out>${escaped(`Warning\n${text}`)}</system-out>`;
}

function outputOf({ leftBehind, stopped }: ConformanceReport): readonly string[] {
  const lines = leftBehind.map(({ clientId, reason }) => `Not deleted: ${clientId}: ${reason}`);
  if (stopped !== undefined) lines.unshift(`The checks ended early: ${stopped}`);
  return lines.length === 0 ? [] : [`    <system-out>${escaped(lines.join("\n"))}</system-out>`];
}

const quoted = (text: string): string => `"${escaped(text)}"`;

/** What XML 1.0 cannot hold is left out; the texts of servers have none of it. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
