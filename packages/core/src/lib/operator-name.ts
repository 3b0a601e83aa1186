import { requireThat } from "./misuse.js";

/** What an operator's call may say about who makes it. */
export interface ByOperator {
  /** Who does it, for the audit event: a text of 1 to 200 characters. Default: nobody is named. */
  readonly operator?: string;
}

/** @throws MisuseError for what is no name */
export function requireOperator(operator: unknown): void {
  const isName =
    operator === undefined || (typeof operator === "string" && operator !== "" && operator.length <= 200);
  requireThat(isName, "ERR_OPTION", "operator: must be a text of 1 to 200 characters");
}

/** The member of an audit event that names the operator. */
export function namedOperator(operator: string | undefined): ByOperator {
  return operator === undefined ? {} : { operator };
}
