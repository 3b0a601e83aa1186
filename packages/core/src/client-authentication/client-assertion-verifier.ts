import type { JsonWebTokenProblem, JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import type { Result } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";

/**
 * Why an assertion does not authenticate the client; for the operator. What ends in `_unavailable` may be answered 503, and
 * all else is `invalid_client`.
 */
export type ClientAssertionProblem =
  JsonWebTokenProblem | "auth_method" | "subject" | "lifetime" | "replayed" | "replay_store_unavailable";

/**
 * Judges what a client sends as `client_assertion`. Never rejects.
 * @see RFC 7521 section 4.2 https://www.rfc-editor.org/rfc/rfc7521#section-4.2
 */
export interface ClientAssertionVerifier {
  /** What it can verify. A server that publishes more does not start. */
  readonly algorithms: readonly string[];
  /**
   * Verifies the assertion of one client at an instant (seconds since the epoch), by one of the `admitted` algorithms, which
   * are those that the server publishes. Never rejects.
   */
  verify(
    assertion: string,
    client: Pick<RegisteredClient, "clientId" | "metadata" | "status">,
    admitted: readonly string[],
    nowSeconds: number,
  ): Promise<Result<void, JsonWebTokenRefusal<ClientAssertionProblem>>>;
}
