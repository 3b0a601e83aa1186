import type { CheckResult, Outcome, Section } from "./report.js";
import { Skip } from "./skip.js";
import type { Target } from "./target/target.js";

/** What one run of a check says. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly observed: string;
  /** Replaces that of the check. */
  readonly impact?: string;
  /** Replaces that of the check. */
  readonly remedy?: string;
}

/** One question to a server. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly section: Section;
  /** What breaks, and for whom, when the answer is no. */
  readonly impact: string;
  /** How to fix it. */
  readonly remedy: string;
  readonly run: (target: Target) => Verdict | Promise<Verdict>;
}

export const passed = (observed: string): Verdict => ({ outcome: "passed", observed });
export const skipped = (observed: string): Verdict => ({ outcome: "skipped", observed });
export const failed = (observed: string, more: Partial<Verdict> = {}): Verdict => ({
  ...more,
  outcome: "failed",
  observed,
});
export const warned = (observed: string, more: Partial<Verdict> = {}): Verdict => ({
  ...more,
  outcome: "warned",
  observed,
});

/** Makes one check. */
export async function resultOf(check: Check, target: Target): Promise<CheckResult> {
  const { id, title, section, impact, remedy } = check;
  const verdict = await verdictOf(check, target);
  const { outcome, observed } = verdict;
  if (outcome === "passed" || outcome === "skipped") return { id, title, section, outcome, observed };
  return {
    id,
    title,
    section,
    outcome,
    observed,
    impact: verdict.impact ?? impact,
    remedy: verdict.remedy ?? remedy,
  };
}

async function verdictOf(check: Check, target: Target): Promise<Verdict> {
  try {
    return await check.run(target);
  } catch (error) {
    if (error instanceof Skip) return skipped(error.message);
    throw error;
  }
}
