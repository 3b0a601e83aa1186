import type { CompleteMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { SupportedMetadata } from "./supported-metadata.js";
import type { SentMembers } from "./normalise.js";

/** The grant type of Client-Initiated Backchannel Authentication. */
export const BACKCHANNEL_GRANT_TYPE = "urn:openid:params:grant-type:ciba";
const MODE = "backchannel_token_delivery_mode";
const ENDPOINT = "backchannel_client_notification_endpoint";

/**
 * Whether what a client says for Client-Initiated Backchannel Authentication is whole. A server without the grant type
 * will not start it, so there nothing is asked for that would only be needed then.
 *
 * @see OpenID CIBA section 4 https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#registration
 */
export function checkBackchannelAuthentication(
  asked: CompleteMetadata,
  sent: SentMembers,
  supported: SupportedMetadata,
  findings: Findings,
): void {
  const mode = asked[MODE];
  const hasGrant = asked.grant_types.includes(BACKCHANNEL_GRANT_TYPE);
  const isSupported = supported.grant_types_supported.includes(BACKCHANNEL_GRANT_TYPE);

  if (mode !== undefined && mode !== "poll" && mode !== "ping" && mode !== "push") {
    findings.error(MODE, "metadata.choice");
  }
  if ((mode === "ping" || mode === "push") && !sent.has(ENDPOINT)) {
    findings.error(ENDPOINT, "backchannel_authentication.notification_endpoint");
  }
  if (isSupported && hasGrant && !sent.has(MODE)) {
    findings.error(MODE, "backchannel_authentication.delivery_mode");
  }
  if (isSupported && !hasGrant && (mode === "poll" || mode === "ping")) {
    findings.error(MODE, "backchannel_authentication.grant_type");
  }
}
