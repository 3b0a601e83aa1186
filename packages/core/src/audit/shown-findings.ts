import type { Finding } from "../client-metadata/finding.js";

/** A small body can break a rule ten thousand times; a log need not say each. */
const MAX_FINDINGS = 100;

const NONE = { findings: [] };

/** The findings as an event has them: errors first, and how many were left out. */
export function shownFindings(findings: readonly Finding[]): {
  readonly findings: readonly Finding[];
  readonly findingsOmitted?: number;
} {
  if (findings.length === 0) return NONE;
  const errors = findings.filter(({ severity }) => severity === "error");
  const warnings = findings.filter(({ severity }) => severity === "warning");
  const findingsOmitted = findings.length - MAX_FINDINGS;
  return {
    findings: [...errors, ...warnings].slice(0, MAX_FINDINGS),
    ...(findingsOmitted > 0 && { findingsOmitted }),
  };
}
