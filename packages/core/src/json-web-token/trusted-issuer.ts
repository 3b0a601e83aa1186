import { requireKnownOptions } from "../lib/known-options.js";
import type { JSONWebKeySet } from "jose";
import { requireThat } from "../lib/misuse.js";
import { checkAlgorithms } from "./algorithm.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { localKeySet, type KeySource } from "./key-source.js";
import { publicKeys } from "./public-keys.js";
import { remoteKeySet } from "./remote-key-set.js";

/** Somebody whose tokens are taken, and the keys that they sign with. */
export interface TrustedIssuer {
  /** What `iss` has to be, compared as an exact string. */
  readonly issuer: string;
  /** Only public signature keys count. An address needs `guardedFetch`. */
  readonly keys: { readonly jwks: JSONWebKeySet } | { readonly jwksUri: string };
  /** Default RS256, PS256, ES256, EdDSA and Ed25519; their variants of 384 and 512 bits can be listed. */
  readonly algorithms?: readonly string[];
}

/** Whose signature counts, and made how. */
export interface Signer {
  readonly keys: KeySource;
  readonly algorithms: readonly string[];
}

/** @throws MisuseError for an empty list, an issuer named twice, and keys that could verify nothing */
export function trustedSigners(
  trustedIssuers: readonly TrustedIssuer[],
  guardedFetch: GuardedFetch | undefined,
): ReadonlyMap<string, Signer> {
  const given: unknown = trustedIssuers;
  const isList = Array.isArray(given) && given.length > 0;
  requireThat(isList, "ERR_TRUSTED_ISSUER", "trustedIssuers: must be a list of at least one");
  const signers = new Map<string, Signer>();
  for (const trusted of trustedIssuers) {
    requireKnownOptions("trustedIssuers", trusted, [
      "issuer",
      "keys",
      "algorithms",
    ] satisfies (keyof TrustedIssuer)[]);
    const { issuer, keys, algorithms } = trusted;
    requireThat(
      typeof issuer === "string" && issuer !== "" && !signers.has(issuer),
      "ERR_TRUSTED_ISSUER",
      "trustedIssuers: each must have an issuer of its own",
    );
    signers.set(issuer, { keys: keySource(keys, guardedFetch), algorithms: checkAlgorithms(algorithms) });
  }
  return signers;
}

function keySource(keys: TrustedIssuer["keys"], guardedFetch: GuardedFetch | undefined): KeySource {
  const given = Object(keys) as { readonly jwks?: unknown; readonly jwksUri?: unknown };
  if (given.jwksUri === undefined) {
    const usable = publicKeys(given.jwks) ?? [];
    requireThat(
      usable.length > 0,
      "ERR_TRUSTED_ISSUER",
      "trustedIssuers: jwks has no public signature key; give { jwks } or { jwksUri }",
    );
    return localKeySet(usable);
  }
  const { jwksUri } = given;
  requireThat(
    given.jwks === undefined && typeof jwksUri === "string" && /^https:/i.test(jwksUri),
    "ERR_TRUSTED_ISSUER",
    "trustedIssuers: jwksUri must be an https URL, and the only source of keys",
  );
  requireThat(
    typeof guardedFetch === "function",
    "ERR_GUARDED_FETCH_REQUIRED",
    "trustedIssuers: keys with a jwksUri need guardedFetch",
  );
  return remoteKeySet(jwksUri, guardedFetch)(true);
}
