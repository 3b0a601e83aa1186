import type { InitialAccessToken } from "../initial-access-token/initial-access-token.js";
import { verifyInitialAccessToken } from "../initial-access-token/verify-initial-access-token.js";
import { err, ok } from "../result.js";
import { admitWithinLimit, checkLimiter, type LimitedRegistration } from "./rate-limited.js";
import type { AccessGrant, AccessRequest, RegistrationAccess } from "./registration-access.js";
import type { Failure } from "../failure.js";
import type { Result } from "../result.js";

/**
 * Lets those register who hold an initial access token. This is what holds when nothing is said.
 *
 * @param limit counts requests before their token is looked at; without one, whoever has no token can ask as often as
 *   they like, which costs a lookup each
 * @throws MisuseError for a rate limiter that is none
 * @see RFC 7591 Appendix A.1.2 https://www.rfc-editor.org/rfc/rfc7591#appendix-A.1.2
 */
export function protectedRegistration(limit?: LimitedRegistration): RegistrationAccess {
  if (limit) checkLimiter("protectedRegistration", limit);
  return {
    async admit(request) {
      const within = limit ? await admitWithinLimit(request.context, limit) : ok(undefined);
      return within.ok ? admitByToken(request) : within;
    },
  };
}

/** Judges the token alone. */
export async function admitByToken({
  credentials,
  store,
  nowSeconds,
}: AccessRequest): Promise<Result<AccessGrant, Failure>> {
  switch (credentials.kind) {
    case "none":
      return err({ kind: "token_required" });
    case "in_query":
      return err({ kind: "token_in_query" });
    case "malformed":
      return err({ kind: "token_refused", reason: "malformed" });
    case "token":
      try {
        const verified = await verifyInitialAccessToken(credentials.token, store, nowSeconds);
        return verified.ok ? ok(grantOf(verified.value)) : err({ kind: "token_refused", ...verified.error });
      } catch (cause) {
        return err({ kind: "store_unavailable", cause });
      }
  }
}

function grantOf({ id, owner, constraints }: InitialAccessToken): AccessGrant {
  return {
    origin: {
      source: "initial_access_token",
      initialAccessTokenId: id,
      ...(owner !== undefined && { owner }),
      constraints,
    },
    spendInitialAccessToken: id,
  };
}
