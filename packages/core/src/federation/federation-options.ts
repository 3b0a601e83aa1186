import type { JSONWebKeySet, JWK } from "jose";
import { checkLimiter, LIMIT_OPTIONS, limitsOf, type LimitedRegistration } from "../access/rate-limited.js";
import type { RegistrationLimits } from "../access/registration-access.js";
import { hasPrivateMember } from "../crypto/json-web-key.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { isGuardedFetch } from "../guarded-fetch/is-guarded-fetch.js";
import { checkAlgorithms, SIGNATURE_ALGORITHMS } from "../json-web-token/algorithm.js";
import { publicKeys, type PublicKey } from "../json-web-token/public-keys.js";
import { checkClockTolerance } from "../json-web-token/verifier-options.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import { isEntityIdentifier } from "./entity-identifier.js";
import {
  checkEntityConfiguration,
  type EntityConfigurationOptions,
  type EntityConfigurationRules,
} from "./entity-configuration.js";
import type { SigningKey } from "./federation-key.js";
import type { SearchLimits } from "./find-trust-chain.js";
import type { TrustRules } from "./trust-chain.js";

/** The trust anchor of a federation whose members may register. */
export interface TrustAnchor {
  /** Its entity identifier, an https URL. */
  readonly entityId: string;
  /** Its public keys, each with a `kid`. They come only from you, and verify what the anchor publishes. */
  readonly jwks: JSONWebKeySet;
}

/** Options of `federationRegistration`. */
export interface FederationOptions extends LimitedRegistration, Partial<SearchLimits> {
  /** The federations whose members may register. */
  readonly trustAnchors: readonly TrustAnchor[];
  /** Fetches entity configurations and statements. Use a separate one, so that slow superiors do not delay other fetches. */
  readonly guardedFetch: GuardedFetch;
  /** The private federation key of this server, a JWK with `kid` and `alg`. It signs the answers and the entity configuration. */
  readonly signingKey: JWK;
  /**
   * Serves the entity configuration of this server at the issuer with `/.well-known/openid-federation` appended, so that others can
   * find its trust chains. Default: not served; publish it yourself.
   */
  readonly entityConfiguration?: EntityConfigurationOptions;
  /** The public URL where entities register. Default: the issuer with `/federation-registration` appended. */
  readonly registrationEndpoint?: string;
  /**
   * The maximum lifetime of a registration, in seconds. A registration never outlasts its trust chain. Default 604,800, a week. A
   * client renews its registration by registering again, and keeps its `client_id`.
   */
  readonly maxRegistrationSeconds?: number;
  /**
   * Whether the server accepts a valid trust chain that a client sends, without a request to its superiors. The chain may be as old
   * as its statements allow, so a superior's change takes effect later. Default `false`: the server asks the superiors.
   */
  readonly acceptSubmittedTrustChains?: boolean;
  /** The signature algorithms of statements. Default RS256, PS256, ES256, EdDSA and Ed25519. */
  readonly algorithms?: readonly string[];
  /** How far clocks may differ, in seconds. Default 60, at most 300. */
  readonly clockToleranceSeconds?: number;
}

/** The options with their defaults. */
export interface FederationRules extends TrustRules, SearchLimits {
  readonly limits: RegistrationLimits;
  readonly guardedFetch: GuardedFetch;
  readonly signingKey: SigningKey;
  readonly entityConfiguration: EntityConfigurationRules | undefined;
  readonly registrationEndpoint: string | undefined;
  readonly maxRegistrationSeconds: number;
  readonly acceptSubmittedTrustChains: boolean;
}

/** @throws MisuseError for an option that is missing or makes no sense */
export function resolveFederationOptions(options: FederationOptions): FederationRules {
  requireKnownOptions("federationRegistration", options, [
    ...LIMIT_OPTIONS,
    "trustAnchors",
    "guardedFetch",
    "signingKey",
    "entityConfiguration",
    "registrationEndpoint",
    "maxRegistrationSeconds",
    "acceptSubmittedTrustChains",
    "algorithms",
    "clockToleranceSeconds",
    "maxIntermediates",
    "maxAuthorityHints",
    "maxFetches",
    "maxSearchSeconds",
  ] satisfies (keyof FederationOptions)[]);
  const {
    guardedFetch,
    registrationEndpoint,
    acceptSubmittedTrustChains = false,
    maxRegistrationSeconds = 604_800,
    maxIntermediates = 4,
    maxAuthorityHints = 5,
    maxFetches = 20,
    maxSearchSeconds = 15,
  } = options;
  checkLimiter("federationRegistration", options);
  const must = (holds: boolean, option: keyof FederationOptions, be: string) =>
    requireThat(holds, "ERR_OPTION", `federationRegistration.${option}: ${be}`);
  must(
    isGuardedFetch(guardedFetch),
    "guardedFetch",
    "must be a function, such as guardedFetch({ connection })",
  );
  must(
    typeof acceptSubmittedTrustChains === "boolean",
    "acceptSubmittedTrustChains",
    "must be true or false",
  );
  must(
    registrationEndpoint === undefined || isPublicUrl(registrationEndpoint),
    "registrationEndpoint",
    "must be an https URL without query and fragment",
  );
  const counts = {
    maxRegistrationSeconds,
    maxIntermediates,
    maxAuthorityHints,
    maxFetches,
    maxSearchSeconds,
  };
  for (const [name, value] of Object.entries(counts)) {
    requirePositiveInteger(value, "ERR_OPTION", `federationRegistration.${name}`);
  }
  const trustAnchors = trustAnchorKeys(options.trustAnchors);
  const signingKey = checkSigningKey(options.signingKey);
  return {
    ...counts,
    limits: limitsOf(options),
    guardedFetch,
    registrationEndpoint,
    acceptSubmittedTrustChains,
    trustAnchors,
    signingKey,
    entityConfiguration:
      options.entityConfiguration && checkEntityConfiguration(options.entityConfiguration, signingKey),
    algorithms: checkAlgorithms(options.algorithms),
    clockToleranceSeconds: checkClockTolerance(options.clockToleranceSeconds),
  };
}

function trustAnchorKeys(anchors: readonly TrustAnchor[]): ReadonlyMap<string, readonly PublicKey[]> {
  const given: unknown = anchors;
  const isList = Array.isArray(given) && given.length > 0;
  requireThat(isList, "ERR_TRUST_ANCHOR", "trustAnchors: must be a list of at least one");
  const keysOf = new Map<string, readonly PublicKey[]>();
  for (const anchor of anchors) {
    requireKnownOptions("trustAnchors", anchor, ["entityId", "jwks"] satisfies (keyof TrustAnchor)[]);
    const { entityId, jwks } = anchor;
    requireThat(
      isEntityIdentifier(entityId) && !keysOf.has(entityId),
      "ERR_TRUST_ANCHOR",
      "trustAnchors: each must have an entityId of its own, an https URL without query and fragment",
    );
    const keys = publicKeys(jwks) ?? [];
    requireThat(
      keys.length > 0 && keys.every(({ kid = "" }) => kid !== ""),
      "ERR_TRUST_ANCHOR",
      "trustAnchors: jwks must have public signature keys, each with a kid",
    );
    keysOf.set(entityId, keys);
  }
  return keysOf;
}

function checkSigningKey(key: JWK): SigningKey {
  const { alg = "", kid = "", kty, crv } = Object(key) as Partial<JWK>;
  const fits = SIGNATURE_ALGORITHMS.get(alg);
  requireThat(
    fits?.kty === kty && (fits?.crv ?? crv) === crv && kid !== "" && hasPrivateMember(key),
    "ERR_SIGNING_KEY",
    "signingKey: must be a private JWK with a kid, and with an alg of its type such as ES256",
  );
  return { ...key, alg, kid };
}

function isPublicUrl(url: unknown): boolean {
  const parsed = typeof url === "string" ? parseStrictUri(url, 2048) : undefined;
  return parsed?.ok === true && parsed.value.scheme === "https" && !/[?#]/.test(parsed.value.raw);
}
