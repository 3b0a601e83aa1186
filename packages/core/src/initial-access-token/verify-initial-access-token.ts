import { equalInConstantTime, tokenHash } from "../crypto/token-hash.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegistrationStore } from "../store/registration-store.js";
import { initialAccessTokenProblem, type InitialAccessTokenProblem } from "../store/standing.js";
import type { InitialAccessToken } from "../store/records.js";
import { identifierOf } from "./token-format.js";

/**
 * The record of a token that was presented, if it is good at this moment. Its use is counted later, together with the
 * client's record: a refused registration spends nothing.
 *
 * Rejects when the store cannot say.
 * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
 */
export async function verifyInitialAccessToken(
  presented: string,
  store: RegistrationStore,
  nowSeconds: number,
): Promise<
  Result<InitialAccessToken, { readonly reason: InitialAccessTokenProblem; readonly tokenId?: string }>
> {
  const id = identifierOf(presented);
  if (id === undefined) return err({ reason: "malformed" });
  const token = await store.findInitialAccessToken(id);
  // Whoever knows an identifier from a log and guesses the rest is told, and logged, as one who made it all up.
  if (!token || !equalInConstantTime(tokenHash(presented), token.tokenHash))
    return err({ reason: "unknown" });
  const reason = initialAccessTokenProblem(token, nowSeconds);
  return reason ? err({ reason, tokenId: id }) : ok(token);
}
