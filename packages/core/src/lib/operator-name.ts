import { requireThat } from "./misuse.js";

/** The operator of a call. */
export interface ByOperator {
  /** The name of the operator, for the audit event: 1 to 200 characters. Default: no name. */
  readonly operator?: string;
}

/** @throws MisuseError for an invalid name */
export function requireOperator(operator: unknown): void {
  const isName =
    operator === undefined || (typeof operator === "string" && operator !== "" && operator.length <= 200);
  requireThat(isName, "ERR_OPTION", "operator: must be a text of 1 to 200 characters");
}

/** The member of an audit event that names the operator. */
export function namedOperator(operator: string | undefined): ByOperator {
  return operator === undefined ? {} : { operator };
}
