import type { Refusal } from "../failure.js";
import type { RegistrationDesk } from "../registration-desk.js";
import type { RequestContext } from "../request-context.js";
import { err, ok, type Result } from "../result.js";
import type { BearerCredentials } from "./bearer-credentials.js";
import type { AccessGrant } from "./registration-access.js";

/**
 * Who asks to register, and whether they may: by the headers alone, before a byte of the body is read.
 *
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export async function admitRegistration(
  { context, credentials }: { readonly context: RequestContext; readonly credentials: BearerCredentials },
  { access, store, clock }: Pick<RegistrationDesk, "access" | "store" | "clock">,
): Promise<Result<AccessGrant, Refusal>> {
  const within = await access.limit?.(context);
  if (within?.ok === false) return within;
  const nowSeconds = Math.floor(clock() / 1000);
  const admitted = await access.admit({ context, credentials, store, nowSeconds });
  if (!admitted.ok) return admitted;
  const { requiresSoftwareStatement } = access;
  const origin = {
    ...admitted.value.origin,
    ...(requiresSoftwareStatement && { requiresSoftwareStatement }),
  };
  const withinOwn = await access.limitRegistration?.(origin);
  if (withinOwn?.ok === false) return err({ ...withinOwn.error, origin });
  return ok({ ...admitted.value, origin });
}
