import type { Failure } from "../failure.js";

/** What `onError` is told of: each failure that has a cause, and no other, or this does not compile. */
const FAULTS: Readonly<Record<Extract<Failure, { readonly cause: unknown }>["kind"], true>> = {
  store_unavailable: true,
  rate_limiter_unavailable: true,
  verifier_unavailable: true,
  revocation_failed: true,
  unknown_policy: true,
  defect: true,
};

/** Whether a request was refused because something of ours, or that we depend on, is broken. */
export function isFault(reason: Failure["kind"]): boolean {
  return Object.hasOwn(FAULTS, reason);
}
