import type { ClientLifecycleEvent, InitialAccessTokenEvent } from "./audit-event.js";

/**
 * The event of what an operator or a sweep did to a client.
 *
 * @param now milliseconds since the epoch
 */
export function lifecycleEvent(
  type: ClientLifecycleEvent["type"],
  clientId: string,
  now: number,
): ClientLifecycleEvent {
  const actor = type === "client_expired" ? "system" : "operator";
  return { type, at: new Date(now).toISOString(), actor, clientId };
}

/**
 * The event of what an operator did with a token.
 *
 * @param now milliseconds since the epoch
 */
export function tokenEvent(
  type: "initial_access_token_issued" | "initial_access_token_revoked",
  initialAccessTokenId: string,
  now: number,
): InitialAccessTokenEvent {
  return { type, at: new Date(now).toISOString(), actor: "operator", initialAccessTokenId };
}
