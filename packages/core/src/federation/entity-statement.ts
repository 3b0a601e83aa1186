import { audiencesOf, hasClaimTypes, type JsonWebTokenClaims } from "../json-web-token/claims.js";
import { localKeySet } from "../json-web-token/key-source.js";
import { payloadOf } from "../json-web-token/payload.js";
import { publicKeys, type PublicKey } from "../json-web-token/public-keys.js";
import { verifyJsonWebToken } from "../json-web-token/verify-json-web-token.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.js";
import { isEntityIdentifier } from "./entity-identifier.js";

/** What a federation entity says of itself or of an immediate subordinate. */
export interface EntityStatement {
  /** As it was sent. */
  readonly token: string;
  readonly iss: string;
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly exp: number;
  /** The keys that the subject signs its statements with. */
  readonly keys: readonly PublicKey[];
  readonly claims: JsonWebTokenClaims;
}

/** How statements are verified. */
export interface StatementRules {
  readonly algorithms: readonly string[];
  readonly clockToleranceSeconds: number;
}

/** The most characters of a statement: as much as a guarded fetch brings by default. */
const MAX_LENGTH = 65_536;
/** Far deeper than any metadata: deeper values are made to exhaust the stack of whoever compares them. */
const MAX_DEPTH = 12;
const SUBORDINATE_ALONE = ["metadata_policy", "metadata_policy_crit", "constraints", "source_endpoint"];
const CONFIGURATION_ALONE = [
  "authority_hints",
  "trust_anchor_hints",
  "trust_marks",
  "trust_mark_issuers",
  "trust_mark_owners",
];

/**
 * Reads a statement without verifying its signature: nothing that it says is true yet. `undefined` for what cannot be an entity
 * statement, and for one with critical claims or critical policy operators, of which this server knows none.
 *
 * @param isRequest whether it is a request for registration, which alone has an audience
 * @see OpenID Federation 1.0 section 3.2 https://openid.net/specs/openid-federation-1_0.html#section-3.2
 */
export function readEntityStatement(token: unknown, isRequest = false): EntityStatement | undefined {
  if (typeof token !== "string" || token.length > MAX_LENGTH) return undefined;
  const claims = payloadOf(token);
  if (!claims || !isShallow(claims, MAX_DEPTH) || !hasClaimTypes(claims)) return undefined;
  const { iss, sub, iat, exp, jwks } = claims;
  const keys = publicKeys(jwks);
  if (!isEntityIdentifier(iss) || !isEntityIdentifier(sub) || iat === undefined || exp === undefined)
    return undefined;
  if (!keys || keys.length === 0 || hasTwins(keys)) return undefined;
  const has = (name: string) => claims[name] !== undefined;
  if ((iss === sub ? SUBORDINATE_ALONE : CONFIGURATION_ALONE).some(has)) return undefined;
  if (["crit", "metadata_policy_crit", "trust_anchor"].some(has)) return undefined;
  if (!isRequest && audiencesOf(claims).length > 0) return undefined;
  if (has("metadata") && !isMetadata(claims["metadata"])) return undefined;
  return { token, iss, sub, exp, keys, claims: { ...claims, iss } };
}

/**
 * Whether a statement is good at this moment, and signed by one of these keys, which its header has to name.
 *
 * @param keys of the issuer, from a trusted source
 */
export async function isSignedBy(
  { token, iss, claims }: EntityStatement,
  keys: readonly PublicKey[],
  { algorithms, clockToleranceSeconds }: StatementRules,
  nowSeconds: number,
): Promise<boolean> {
  const named = keys.filter(({ kid = "" }) => kid !== "");
  const verified = await verifyJsonWebToken(
    token,
    {
      signerOf: () => ({
        algorithms,
        keys: (alg, kid = "", at) => localKeySet(named)(alg, kid, at),
      }),
      types: ["entity-statement+jwt"],
      // The audience of a request is judged as it is read; others have none.
      audience: audiencesOf(claims),
      clockToleranceSeconds,
      maxLength: MAX_LENGTH,
    },
    nowSeconds,
  );
  return verified.ok && verified.value.iss === iss;
}

/** The superiors that an entity configuration names. */
export function authorityHints({ claims }: EntityStatement): readonly string[] {
  const hints = claims["authority_hints"];
  return Array.isArray(hints) ? hints.filter(isEntityIdentifier) : [];
}

/** Where an entity answers with statements about its subordinates. */
export function fetchEndpoint({ claims }: EntityStatement): string | undefined {
  const endpoint = entityMetadata(claims, "federation_entity")?.["federation_fetch_endpoint"];
  return typeof endpoint === "string" && /^https:/i.test(endpoint) ? endpoint : undefined;
}

/** The metadata of one entity type in a statement. */
export function entityMetadata(claims: JsonObject, entityType: string): JsonObject | undefined {
  const { metadata } = claims;
  if (!isJsonObject(metadata) || !Object.hasOwn(metadata, entityType)) return undefined;
  const ofType = metadata[entityType];
  return isJsonObject(ofType) ? ofType : undefined;
}

/** @see OpenID Federation 1.0 section 3.1.1 https://openid.net/specs/openid-federation-1_0.html#section-3.1.1 */
function hasTwins(keys: readonly PublicKey[]): boolean {
  return new Set(keys.map(({ kid }) => kid)).size < keys.length;
}

function isMetadata(metadata: JsonValue | undefined): boolean {
  return (
    isJsonObject(metadata) &&
    Object.values(metadata).every(
      (ofType) => isJsonObject(ofType) && Object.values(ofType).every((value) => value !== null),
    )
  );
}

function isShallow(value: JsonValue | undefined, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isShallow(inner as JsonValue, depth - 1));
}
