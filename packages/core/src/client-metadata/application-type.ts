import type { RedirectUri } from "../redirect-uri/redirect-uri-policy.js";
import { isLoopbackHost } from "../uri/host.js";
import type { DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { Rule } from "./rules.js";

/** What becomes of an `application_type` that its redirect URIs contradict: corrected in the answer, or refused. */
export type WrongApplicationType = "correct" | "refuse";

/**
 * Settles `application_type`. A client with a redirect URI on its own machine or in a private-use scheme is native,
 * whatever else it lists; one that says nothing is what its redirect URIs say. A native client may also redirect to
 * HTTPS: RFC 8252 section 7.2 came after the sentence of OpenID Connect that keeps it from doing so. But not on the local
 * machine, where a native client has no certificate that is nobody else's.
 *
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function settleApplicationType(
  asked: DraftMetadata,
  redirectUris: readonly RedirectUri[],
  wrongApplicationType: WrongApplicationType,
  findings: Findings,
): void {
  const firstNative = redirectUris.findIndex(({ kind }) => kind !== "https");
  if (asked.application_type === "web" && firstNative >= 0) {
    if (wrongApplicationType === "correct") findings.warning("application_type", "metadata.corrected");
    else findings.error("redirect_uris", "metadata.not_for_web", `redirect_uris[${firstNative}]`);
    asked.application_type = "native";
  }
  asked.application_type ??= firstNative >= 0 ? "native" : "web";
  const rule = httpsLoopbackRule(asked);
  redirectUris.forEach(({ kind, uri }, i) => {
    if (rule && kind === "https" && isLoopbackHost(uri.host)) {
      findings.error("redirect_uris", rule, `redirect_uris[${i}]`);
    }
  });
}

/** The rule that `https` on the local machine breaks. No other type would help a web client with the implicit grant. */
function httpsLoopbackRule({ application_type, grant_types }: DraftMetadata): Rule | undefined {
  if (application_type === "native") return "metadata.native_https_loopback";
  return grant_types.includes("implicit") ? "metadata.this_machine" : undefined;
}
