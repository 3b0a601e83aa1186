import type { Awaitable } from "../lib/result.js";

/**
 * Remembers which tokens were used, so that each is used once. A store that cannot answer throws, and the token is then
 * refused.
 *
 * @see RFC 7519 section 4.1.7 https://www.rfc-editor.org/rfc/rfc7519#section-4.1.7
 */
export interface ReplayStore {
  /**
   * Marks `key` as used, in one atomic step: `true` for the first caller, `false` for everyone after. It may be forgotten
   * once `expiresAt` (seconds since the epoch) has passed, and not earlier.
   *
   * @param key ASCII, at most 100 characters
   */
  spend(key: string, expiresAt: number): Awaitable<boolean>;
}
