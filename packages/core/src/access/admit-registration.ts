import type { Refusal } from "../failure.js";
import type { RegistrationDesk } from "../registration-desk.js";
import type { RequestContext } from "../request-context.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../result.js";
import type { BearerCredentials } from "./bearer-credentials.js";
import type { AccessGrant } from "./registration-access.js";

/**
 * Who asks to register, and whether they may: by the headers alone, before a byte of the body is read.
 *
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export function* admitRegistration(
  { context, credentials }: { readonly context: RequestContext; readonly credentials: BearerCredentials },
  { access, store, clock }: Pick<RegistrationDesk, "access" | "store" | "clock">,
): Steps<Result<AccessGrant, Refusal>> {
  const { limits } = access;
  const within = limits && (yield* wait(limits.request(context)));
  if (within?.ok === false) return within;
  const nowSeconds = Math.floor(clock() / 1000);
  const admitted = yield* wait(access.admit({ context, credentials, store, nowSeconds }));
  if (!admitted.ok) return admitted;
  const { requiresSoftwareStatement } = access;
  const origin = requiresSoftwareStatement
    ? { ...admitted.value.origin, requiresSoftwareStatement }
    : admitted.value.origin;
  const withinOwn = limits && (yield* wait(limits.registration(origin)));
  if (withinOwn?.ok === false) return err({ ...withinOwn.error, origin });
  return ok({ ...admitted.value, origin });
}
