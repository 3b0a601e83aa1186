import type { Refusal } from "../failure.js";
import type { RequestContext } from "./request-context.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { BearerCredentials } from "./bearer-credentials.js";
import type { AccessGrant, RegistrationAccess } from "./registration-access.js";
import { nowSeconds, type Clock } from "../lib/clock.js";
import type { RegistrationStore } from "../store/registration-store.js";

export interface AdmissionConfig {
  readonly access: RegistrationAccess;
  readonly store: RegistrationStore;
  readonly clock: Clock;
}

/**
 * Decides from the headers alone whether the caller may register, before the body is read.
 *
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function* admitRegistration(
  { context, credentials }: { readonly context: RequestContext; readonly credentials: BearerCredentials },
  { access, store, clock }: AdmissionConfig,
): Steps<Result<AccessGrant, Refusal>> {
  const { limits } = access;
  const within = limits && (yield* wait(limits.request(context)));
  if (within?.ok === false) return within;
  const admitted = yield* wait(access.admit({ context, credentials, store, nowSeconds: nowSeconds(clock) }));
  if (!admitted.ok) return admitted;
  const { requiresSoftwareStatement } = access;
  const origin = requiresSoftwareStatement
    ? { ...admitted.value.origin, requiresSoftwareStatement }
    : admitted.value.origin;
  const withinOwn = limits && (yield* wait(limits.registration(origin)));
  if (withinOwn?.ok === false) return err({ ...withinOwn.error, origin });
  return ok({ ...admitted.value, origin });
}
