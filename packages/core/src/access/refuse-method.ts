import type { Refusal } from "../failure.js";
import { err, type Result } from "../lib/result.js";
import { wait, type Steps } from "../lib/steps.js";
import type { RegistrationAccess } from "./registration-access.js";
import type { RequestContext } from "./request-context.js";

/** Refuses a method that an endpoint does not have. It counts against the rate limit, as each has an event in the log. */
export function* refuseMethod(
  context: RequestContext,
  allow: string,
  { limits }: Pick<RegistrationAccess, "limits">,
): Steps<Result<never, Refusal>> {
  const within = limits && (yield* wait(limits.request(context)));
  if (within?.ok === false) return within;
  return err({ kind: "method_not_allowed", allow });
}
