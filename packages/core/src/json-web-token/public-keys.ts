import type { JWK } from "jose";
import { hasPrivateMember, publicKeyMembers } from "../crypto/json-web-key.js";
import { isJsonObject, type JsonObject } from "../lib/json.js";
import { SIGNATURE_ALGORITHMS } from "./algorithm.js";

/** A public signature key, with the members that verifying needs and no other. */
export type PublicKey = Readonly<JWK>;

const MAX_KEYS = 50;
/** How many are tried for one token: each costs a verification, and whoever sends a token need not have a key. */
const MAX_TRIED = 5;
/** RSA of 4,096 bits with an exponent of 32. A larger key is made to keep a verifier busy. */
const MAX_LENGTHS: Readonly<Record<string, number>> = { n: 683, e: 6 };

const DESCRIPTIVE_MEMBERS = ["kty", "kid", "alg"];

/**
 * The keys of a JWK Set that can verify a signature. A private key that was published is compromised, a symmetric one
 * verifies nothing, and one for encryption was not meant for this: they are left out, as is what nobody knows.
 *
 * @returns `undefined` for what is no JWK Set
 * @see RFC 7517 section 5 https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function publicKeys(keySet: unknown): readonly PublicKey[] | undefined {
  const keys = isJsonObject(keySet) ? keySet["keys"] : undefined;
  if (!Array.isArray(keys)) return undefined;
  return keys.slice(0, MAX_KEYS).flatMap((key: unknown) => publicKey(key) ?? []);
}

/** The public part of a private key. */
export function publicPart({ kty, kid, alg, ...key }: JWK): PublicKey {
  const members = (publicKeyMembers(kty) ?? []).map((name) => [name, key[name as keyof typeof key]]);
  return Object.freeze({ kty, kid, alg, ...Object.fromEntries(members) } as JWK);
}

function publicKey(key: unknown): PublicKey | undefined {
  if (!isJsonObject(key) || hasPrivateMember(key)) return undefined;
  const members = publicKeyMembers(key["kty"]);
  if (!members || !isForVerifying(key)) return undefined;
  const kept: [string, string][] = [];
  for (const name of [...DESCRIPTIVE_MEMBERS, ...members]) {
    const value = key[name];
    if (value === undefined && !members.includes(name)) continue;
    if (typeof value !== "string" || value.length > (MAX_LENGTHS[name] ?? Infinity)) return undefined;
    kept.push([name, value]);
  }
  // The verifier remembers what it imported by the identity of this object.
  return Object.freeze(Object.fromEntries(kept));
}

function isForVerifying({ use, key_ops: operations }: JsonObject): boolean {
  return (
    (use === undefined || use === "sig") &&
    (operations === undefined || (Array.isArray(operations) && operations.includes("verify")))
  );
}

/**
 * The keys that a token's header can mean: of the algorithm's own key type and curve, not bound to another algorithm, and
 * with exactly the `kid` if the header names one. At most five: an issuer with more has to name one.
 *
 * @see RFC 7515 section 6 https://www.rfc-editor.org/rfc/rfc7515#section-6
 */
export function matchingKeys(
  keys: readonly PublicKey[],
  alg: string,
  kid: string | undefined,
): readonly PublicKey[] {
  const needed = SIGNATURE_ALGORITHMS.get(alg);
  if (!needed) return [];
  const matching = keys.filter(
    (key) =>
      key.kty === needed.kty &&
      (needed.crv === undefined || key.crv === needed.crv) &&
      (key.alg === undefined || key.alg === alg) &&
      (kid === undefined || key.kid === kid),
  );
  return matching.slice(0, MAX_TRIED);
}
