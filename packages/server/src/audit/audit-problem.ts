import type { AuditProblem } from "@oauth-dcr/store-sql";

/** A log that is not as it should be. */
interface BrokenLog {
  readonly position: number;
  readonly problem: AuditProblem;
}

/** What each problem is, and what the operator does next. docs/storage.md has the same as a table. */
const EXPLANATIONS: Readonly<Record<AuditProblem, (position: number) => string>> = {
  missing: (at) => `event ${at} is missing; compare the log with a backup`,
  changed: (at) => `event ${at} was changed; compare the log with a backup`,
  added: (at) => `event ${at} was added by somebody else; compare the log with a backup`,
  head_changed: (at) => `the head does not fit event ${at}; compare the log with a backup`,
  pruned: (at) =>
    `events up to ${at} are gone that were there at the last signature or checkpoint; where audit prune did that, run audit sign with the checkpoint that it printed, and otherwise compare the log with a backup`,
  rewritten: (at) =>
    `the chain was written anew up to event ${at}, or this is the log of another database; compare it with a backup`,
  unsigned: () =>
    "no head is signed by that key; where nobody has signed yet, run audit sign, and otherwise find out who removed the signature",
};

/** A sentence about a broken log for the error stream. */
export function explainProblem({ position, problem }: BrokenLog): string {
  return `the audit log is not whole (${problem}): ${EXPLANATIONS[problem](position)}`;
}
