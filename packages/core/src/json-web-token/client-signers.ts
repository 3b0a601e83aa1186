import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { localKeySet, type KeySource } from "./key-source.js";
import { publicKeys } from "./public-keys.js";
import { remoteKeySet } from "./remote-key-set.js";
import type { Signer } from "./trusted-issuer.js";
import { BoundedMap } from "../lib/bounded-map.js";
import { err } from "../lib/result.js";

/** How many addresses of keys are remembered. The longest unused is forgotten first, and costs a fetch to be back. */
const MAX_REMEMBERED = 1000;

/** Finds the keys that a client registered, and the algorithm that it bound itself to. */
export function clientSigners(
  guardedFetch: GuardedFetch | undefined,
): (metadata: ClientMetadata, admitted: readonly string[]) => Signer {
  const remembered = new BoundedMap<string, KeySource>(MAX_REMEMBERED);

  return ({ jwks, jwks_uri, token_endpoint_auth_signing_alg: bound }, admitted) => ({
    algorithms: bound === undefined ? admitted : admitted.filter((algorithm) => algorithm === bound),
    keys:
      jwks_uri === undefined || jwks !== undefined
        ? localKeySet(publicKeys(jwks) ?? [])
        : guardedFetch
          ? rememberedKeySet(jwks_uri, guardedFetch)
          : () => Promise.resolve(err({ reason: "keys_unavailable", cause: NO_FETCH })),
  });

  function rememberedKeySet(url: string, fetchKeys: GuardedFetch): KeySource {
    const keys = remembered.get(url) ?? remoteKeySet(url, fetchKeys);
    remembered.set(url, keys);
    return keys;
  }
}

const NO_FETCH = "there is no guardedFetch for a jwks_uri";
