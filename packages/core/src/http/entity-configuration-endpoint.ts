import type { EndpointAnswer } from "./endpoint-answer.js";
import { pathOf } from "./endpoint-paths.js";
import { failureAnswer } from "./failure-answer.js";
import type { EndpointHandler } from "./fetch-handler.js";

const METHODS = "GET, HEAD";
const HEADERS = {
  "content-type": "application/entity-statement+jwt",
  "x-content-type-options": "nosniff",
  "cache-control": "public, max-age=300",
} as const;

/**
 * Answers with the entity configuration of this server.
 *
 * @param url where it stands
 * @param configuration the signed statement
 * @see OpenID Federation 1.0 section 9 https://openid.net/specs/openid-federation-1_0.html#section-9
 */
export function entityConfigurationEndpoint(
  url: string,
  configuration: () => Promise<string>,
): EndpointHandler {
  const path = new URL(url).pathname;
  return ({ method, url: requested }) => (pathOf(requested) === path ? answer(method) : undefined);

  async function answer(method: string): Promise<EndpointAnswer> {
    if (method !== "GET" && method !== "HEAD") {
      return failureAnswer({ kind: "method_not_allowed", allow: METHODS });
    }
    try {
      const body = await configuration();
      return { status: 200, headers: HEADERS, body: method === "HEAD" ? null : body };
    } catch (cause) {
      return failureAnswer({ kind: "verifier_unavailable", cause });
    }
  }
}
