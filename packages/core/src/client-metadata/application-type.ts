import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import type { CompleteMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";

/** What becomes of an `application_type` that its redirect URIs contradict: corrected in the answer, or refused. */
export type WrongApplicationType = "correct" | "refuse";

/**
 * Settles `application_type`. A client with a redirect URI on its own machine or in a private-use scheme is native,
 * whatever else it lists; one that says nothing is what its redirect URIs say. A native client may redirect to HTTPS
 * (RFC 8252 section 7.2).
 *
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function settleApplicationType(
  asked: CompleteMetadata,
  kinds: readonly RedirectUri["kind"][],
  wrongApplicationType: WrongApplicationType,
  findings: Findings,
): CompleteMetadata {
  const firstNative = kinds.findIndex((kind) => kind !== "https");
  if (asked.application_type === "web" && firstNative >= 0) {
    if (wrongApplicationType === "correct") findings.warning("application_type", "metadata.corrected");
    else findings.error("redirect_uris", "metadata.not_for_web", `redirect_uris[${firstNative}]`);
    return { ...asked, application_type: "native" };
  }
  return { ...asked, application_type: asked.application_type ?? (firstNative >= 0 ? "native" : "web") };
}
