import type { CheckResult, ConformanceReport, Outcome } from "../report.js";

/** Options of `toHuman`. */
export interface HumanOptions {
  /** Whether to use the colours of a terminal. Default `false`. */
  readonly colour?: boolean;
  /** Whether to list the checks that passed or were skipped, too. Default `false`. */
  readonly verbose?: boolean;
}

const COLOURS: Readonly<Record<Outcome, number>> = { failed: 31, warned: 33, skipped: 90, passed: 32 };
const ORDER: readonly Outcome[] = ["failed", "warned", "skipped", "passed"];

/**
 * A report as text for people: failures first, each with its impact and how to fix it.
 *
 * @example
 * ```ts
 * import { conformance, toHuman } from "@oauth-dcr/conformance";
 *
 * console.log(toHuman(await conformance("https://as.example")));
 * ```
 */
export function toHuman(report: ConformanceReport, options: HumanOptions = {}): string {
  const { colour = false, verbose = false } = options;
  const painted = (outcome: Outcome): string =>
    colour ? `\u001b[${COLOURS[outcome]}m${outcome}\u001b[0m` : outcome;
  const listed = ORDER.filter((outcome) => verbose || outcome === "failed" || outcome === "warned");
  const blocks = listed.flatMap((outcome) =>
    report.results
      .filter((result) => result.outcome === outcome)
      .map((result) => block(result, painted(outcome))),
  );
  return `${[heading(report), ...blocks, summary(report, verbose)].join("\n\n")}\n`;
}

function heading({ url, startedAt, requestCount }: ConformanceReport): string {
  return `${url}, ${startedAt}, ${requestCount} requests`;
}

function block(result: CheckResult, outcome: string): string {
  const { id, title, observed, impact, remedy, section } = result;
  const rows: (readonly [string, string | undefined])[] = [
    ["Observed", observed],
    ["Impact", impact],
    ["Fix", remedy],
    ["See", `${section.name}, ${section.url}`],
  ];
  const lines = rows.flatMap(([name, text]) =>
    text === undefined ? [] : `  ${`${name}:`.padEnd(10)}${text}`,
  );
  return [`${outcome}  ${id}: ${title}`, ...lines].join("\n");
}

function summary(report: ConformanceReport, verbose: boolean): string {
  const { counts, leftBehind, stopped, results } = report;
  const lines = [
    `${counts.failed} failed, ${counts.warned} warned, ${counts.skipped} skipped, ${counts.passed} passed`,
  ];
  if (stopped !== undefined) lines.push(`The checks ended early: ${stopped}`);
  if (!verbose && counts.skipped > 0) {
    const reasons = new Map<string, number>();
    for (const { outcome, observed } of results) {
      if (outcome === "skipped") reasons.set(observed, (reasons.get(observed) ?? 0) + 1);
    }
    lines.push("Skipped because:", ...[...reasons].map(([reason, count]) => `  ${count} x ${reason}`));
  }
  if (leftBehind.length > 0) {
    lines.push(`${leftBehind.length} clients could not be deleted. Delete them yourself:`);
    for (const reason of new Set(leftBehind.map((one) => one.reason))) {
      const ids = leftBehind.filter((one) => one.reason === reason).map(({ clientId }) => clientId);
      lines.push(`  ${reason}: ${ids.join(", ")}`);
    }
  }
  return lines.join("\n");
}
