import { err, ok, type Result } from "../lib/result.js";
import type { JsonWebTokenRefusal } from "./json-web-token-problem.js";
import { matchingKeys, type PublicKey } from "./public-keys.js";

/** The keys that a token with this header may be signed with; at least one, or why there is none. Never rejects. */
export type KeySource = (
  alg: string,
  kid: string | undefined,
  nowSeconds: number,
) => Promise<Result<readonly PublicKey[], JsonWebTokenRefusal<"unknown_key" | "keys_unavailable">>>;

/** Keys that are at hand. */
export function localKeySet(keys: readonly PublicKey[]): KeySource {
  return (alg, kid) => {
    const matching = matchingKeys(keys, alg, kid);
    return Promise.resolve(matching.length > 0 ? ok(matching) : err({ reason: "unknown_key" as const }));
  };
}
