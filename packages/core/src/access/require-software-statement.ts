import { requireThat } from "../lib/misuse.js";
import type { RegistrationAccess } from "./registration-access.js";

/**
 * Lets those register whom `access` admits and who bring a software statement of a trusted issuer. Each later change has
 * to bring one again.
 *
 * @example
 * ```ts
 * import { openRegistration, requireSoftwareStatement } from "@oauth-dcr/core";
 * import { memoryRateLimiter } from "@oauth-dcr/core/memory";
 *
 * const rateLimiter = memoryRateLimiter({ limit: 20, windowSeconds: 3600 });
 * const access = requireSoftwareStatement(openRegistration({ rateLimiter }));
 * ```
 * @throws MisuseError for an access that is none
 * @see RFC 7591 section 2.3 https://www.rfc-editor.org/rfc/rfc7591#section-2.3
 */
export function requireSoftwareStatement(access: RegistrationAccess): RegistrationAccess {
  requireThat(
    typeof (access as Partial<RegistrationAccess> | undefined)?.admit === "function",
    "ERR_OPTION",
    "requireSoftwareStatement: say whom to admit, such as openRegistration({ rateLimiter })",
  );
  const { limits } = access;
  return {
    ...(limits && { limits }),
    admit: (request) => access.admit(request),
    requiresSoftwareStatement: true,
  };
}
