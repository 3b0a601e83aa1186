import { type Awaitable, err, ok, type Result } from "../lib/result.js";
import { tokenHash } from "../crypto/token-hash.js";
import { requireThat } from "../lib/misuse.js";
import type { JsonWebTokenRefusal } from "./json-web-token-problem.js";

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
   * Anybody may register a client and sign assertions with it, so that a store must not let one issuer take the room of
   * the others.
   *
   * @param key ASCII, at most 100 characters
   * @param issuer whose token it is, always the same for one: ASCII, at most 100 characters
   */
  spend(key: string, expiresAt: number, issuer: string): Awaitable<boolean>;
}

/** @throws MisuseError for what is no replay store */
export function checkReplayStore(replay: ReplayStore): ReplayStore {
  requireThat(
    typeof (replay as Partial<ReplayStore> | undefined)?.spend === "function",
    "ERR_REPLAY_STORE_REQUIRED",
    "replay: give a ReplayStore, such as memoryReplayStore() for one process",
  );
  return replay;
}

/**
 * Uses up a token by its issuer and `jti`. Never rejects.
 *
 * @param kind keeps one sort of token from using up another's identifiers
 * @param expiresAt when nobody would take it any more, the tolerance included; seconds since the epoch
 */
export async function spendOnce(
  replay: ReplayStore,
  kind:
    | "client_assertion"
    | "client_attestation_pop"
    | "initial_access_token"
    | "signed_request"
    | "software_statement",
  { iss, jti }: { readonly iss: string; readonly jti: string },
  expiresAt: number,
): Promise<Result<void, JsonWebTokenRefusal<"replayed" | "replay_store_unavailable">>> {
  try {
    const key = `${kind}:${tokenHash(JSON.stringify([iss, jti]))}`;
    const first: unknown = await replay.spend(key, Math.ceil(expiresAt), `${kind}:${tokenHash(iss)}`);
    return first === true ? ok(undefined) : err({ reason: "replayed" });
  } catch (cause) {
    return err({ reason: "replay_store_unavailable", cause });
  }
}
