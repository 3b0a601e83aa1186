import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { localKeySet } from "./key-source.js";
import { publicKeys } from "./public-keys.js";
import { remoteKeySet, type RemoteKeySet } from "./remote-key-set.js";
import type { Signer } from "./trusted-issuer.js";
import { BoundedMap } from "../lib/bounded-map.js";
import { err } from "../lib/result.js";

/** How many `jwks_uri`s are remembered. The longest unused is forgotten first, and fetched again when it is needed. */
const MAX_REMEMBERED = 1000;

/**
 * Finds the keys that a client registered, and the algorithm that it bound itself to. `isKnown`: whether its `jwks_uri` may have
 * a slot that is kept for known URLs.
 */
export function clientSigners(
  guardedFetch: GuardedFetch | undefined,
): (metadata: ClientMetadata, admitted: readonly string[], isKnown: boolean) => Signer {
  const remembered = new BoundedMap<string, RemoteKeySet>(MAX_REMEMBERED);

  return ({ jwks, jwks_uri, token_endpoint_auth_signing_alg: bound }, admitted, isKnown) => ({
    algorithms: bound === undefined ? admitted : admitted.filter((algorithm) => algorithm === bound),
    keys:
      jwks_uri === undefined || jwks !== undefined
        ? localKeySet(publicKeys(jwks) ?? [])
        : guardedFetch
          ? rememberedKeySet(jwks_uri, guardedFetch)(isKnown)
          : () => Promise.resolve(err({ reason: "keys_unavailable", cause: NO_FETCH })),
  });

  function rememberedKeySet(url: string, fetchKeys: GuardedFetch): RemoteKeySet {
    const keys = remembered.get(url) ?? remoteKeySet(url, fetchKeys);
    remembered.set(url, keys);
    return keys;
  }
}

const NO_FETCH = "there is no guardedFetch for a jwks_uri";
