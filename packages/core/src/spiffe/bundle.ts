import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { localKeySet, type KeySource } from "../json-web-token/key-source.js";
import type { JsonWebTokenRefusal } from "../json-web-token/json-web-token-problem.js";
import { matchingKeys, publicKeys, type PublicKey } from "../json-web-token/public-keys.js";
import { remoteDocument } from "../json-web-token/remote-document.js";
import { atLeastOne, JWK_SET_TYPES } from "../json-web-token/remote-key-set.js";
import { isJsonObject, type JsonObject } from "../lib/json.js";
import { err, ok, type Result } from "../lib/result.js";

/** What verifies the documents of one trust domain. */
export interface SpiffeBundle {
  /** The keys that sign JWT-SVIDs. */
  readonly jwtKeys: KeySource;
  /** The certificates that issue X.509-SVIDs, as base64 of their DER. Never rejects. */
  authorities(
    nowSeconds: number,
  ): Promise<Result<readonly string[], JsonWebTokenRefusal<"keys_unavailable" | "untrusted_certificate">>>;
}

interface BundleContent {
  readonly jwtKeys: readonly PublicKey[];
  readonly authorities: readonly string[];
}

const MAX_AUTHORITIES = 20;

/** A bundle at hand. `undefined` where nothing in it can verify anything. */
export function localBundle(jwks: unknown): SpiffeBundle | undefined {
  const { jwtKeys, authorities } = contentOf(jwks);
  if (jwtKeys.length + authorities.length === 0) return undefined;
  return {
    jwtKeys: localKeySet(jwtKeys),
    authorities: () =>
      Promise.resolve(authorities.length > 0 ? ok(authorities) : err({ reason: "untrusted_certificate" })),
  };
}

/**
 * A bundle behind its endpoint, fetched again after 600 s and when a key is not in it.
 * @see SPIFFE Federation section 5 https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE_Federation.md#5-serving-and-consuming-a-spiffe-bundle-endpoint
 */
export function remoteBundle(url: string, guardedFetch: GuardedFetch): SpiffeBundle {
  const bundle = remoteDocument(url, JWK_SET_TYPES, contentOf, guardedFetch);
  return {
    async jwtKeys(alg, kid, nowSeconds) {
      const found = await bundle(
        nowSeconds,
        ({ jwtKeys }) => atLeastOne(matchingKeys(jwtKeys, alg, kid)),
        true,
      );
      return found.ok ? found : err(reasonOf(found.error, "unknown_key"));
    },
    async authorities(nowSeconds) {
      const found = await bundle(nowSeconds, ({ authorities }) => atLeastOne(authorities), true);
      return found.ok ? found : err(reasonOf(found.error, "untrusted_certificate"));
    },
  };
}

function reasonOf<Reason extends string>(
  error: object,
  missing: Reason,
): JsonWebTokenRefusal<Reason | "keys_unavailable"> {
  return "cause" in error ? { reason: "keys_unavailable", cause: error.cause } : { reason: missing };
}

/**
 * What counts of a bundle. Each key says by its `use` which documents it is for, and one that says nothing is for none.
 * @see SPIFFE Trust Domain and Bundle section 4 https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE_Trust_Domain_and_Bundle.md#4-spiffe-bundle-format
 */
function contentOf(document: unknown): BundleContent {
  const keys = isJsonObject(document) ? document["keys"] : undefined;
  if (!Array.isArray(keys)) throw new TypeError("not a SPIFFE bundle");
  const usedFor = (use: string) =>
    keys.filter((key): key is JsonObject => isJsonObject(key) && key["use"] === use);
  return {
    jwtKeys: publicKeys({ keys: usedFor("jwt-svid").map((key) => ({ ...key, use: "sig" })) }) ?? [],
    authorities: usedFor("x509-svid")
      .flatMap(({ x5c }) => (Array.isArray(x5c) && x5c.length === 1 ? (x5c as unknown[]) : []))
      .filter((certificate) => typeof certificate === "string")
      .slice(0, MAX_AUTHORITIES),
  };
}
