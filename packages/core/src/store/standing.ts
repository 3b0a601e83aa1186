import type { InitialAccessToken, RegisteredClient, TrustTier } from "./records.js";

/** Whether a client's time has run out. A sweep deletes it then, unless it is in use. */
export function hasExpired({ expiresAt }: Pick<RegisteredClient, "expiresAt">, nowSeconds: number): boolean {
  return expiresAt !== undefined && expiresAt <= nowSeconds;
}

/** Whether a client may do what it was registered for, as far as its status says. */
export function isEnabled({ status }: Pick<RegisteredClient, "status">): boolean {
  return status === "pending" || status === "active";
}

/**
 * How far a client is trusted: what the operator says of it, or else what its template said.
 *
 * @example
 * ```ts
 * import { trustTier, type RegisteredClient } from "@oauth-dcr/core/store";
 *
 * declare const client: RegisteredClient;
 *
 * const isOurs = trustTier(client) === "first_party";
 * ```
 */
export function trustTier({
  administration,
  origin,
}: Pick<RegisteredClient, "administration" | "origin">): TrustTier {
  return administration?.tier ?? origin.tier ?? "unknown";
}

/** Why a token is no good. For the audit log alone: the caller is told nothing of it. */
export type InitialAccessTokenProblem = "malformed" | "unknown" | "revoked" | "expired" | "spent";

/**
 * What is wrong with a stored token at this moment, if anything.
 *
 * @example
 * ```ts
 * import { initialAccessTokenProblem } from "@oauth-dcr/core/store";
 *
 * initialAccessTokenProblem({ expiresAt: 1000, usesLeft: 0 }, 999); // "spent"
 * ```
 */
export function initialAccessTokenProblem(
  token: Pick<InitialAccessToken, "revokedAt" | "expiresAt" | "usesLeft">,
  nowSeconds: number,
): InitialAccessTokenProblem | undefined {
  if (token.revokedAt !== undefined) return "revoked";
  if (token.expiresAt <= nowSeconds) return "expired";
  return token.usesLeft > 0 ? undefined : "spent";
}
