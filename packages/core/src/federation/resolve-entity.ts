import { nowSeconds } from "../lib/clock.js";
import type { JsonObject, JsonValue } from "../lib/json.js";
import { decodeProtectedHeader } from "jose";
import { err, ok, type Result } from "../lib/result.js";
import { audiencesOf } from "../json-web-token/claims.js";
import { entityMetadata, isSignedBy, readEntityStatement, type EntityStatement } from "./entity-statement.js";
import { findTrustChain, type SearchConfig } from "./find-trust-chain.js";
import { applyMetadataPolicy, type EntityTypePolicy } from "./metadata-policy/metadata-policy.js";
import { readTrustChain, verifyTrustChain, type TrustChain } from "./trust-chain.js";
import type { TrustChainProblem, TrustChainReason } from "./trust-chain-problem.js";

/** What an entity sends to be registered: its entity configuration, and perhaps a trust chain above it. */
export interface EntityRequest {
  readonly configuration: string;
  readonly above: readonly JsonValue[];
}

/** An entity whose chain holds, and its metadata as the chain leaves it. */
export interface ResolvedEntity {
  readonly entityId: string;
  readonly entityType: string;
  /** The immediate superior in the chain. */
  readonly superior: string;
  readonly trustAnchor: string;
  /** When the entity signed what it says of itself, in seconds since the epoch. */
  readonly statedAt: number;
  /** When the chain ends, in seconds since the epoch. */
  readonly expiresAt: number;
  /** Resolved, and still to be judged by the rules of this server. */
  readonly metadata: JsonObject;
  readonly policy: EntityTypePolicy;
}

export interface ResolutionConfig extends SearchConfig {
  /** The entity identifier of this server. */
  readonly issuer: string;
  readonly acceptSubmittedTrustChains: boolean;
}

/** The entity types of clients. One that is both registers as a relying party. */
const CLIENT_TYPES = ["openid_relying_party", "oauth_client"];

/**
 * Resolves the entity that wants to be registered: finds its trust chain, and applies to its metadata what the chain says.
 *
 * Never rejects.
 * @see OpenID Federation 1.0 section 12.2.2 https://openid.net/specs/openid-federation-1_0.html#section-12.2.2
 */
export async function resolveEntity(
  request: EntityRequest,
  config: ResolutionConfig,
): Promise<Result<ResolvedEntity, TrustChainProblem>> {
  const subject = readEntityStatement(request.configuration, true);
  const header = headerOf(request.configuration);
  if (!subject || !header || subject.iss !== subject.sub) return refused("malformed");
  const audiences = audiencesOf(subject.claims);
  if (audiences.length !== 1 || audiences[0] !== config.issuer) return refused("audience");
  if (header["peer_trust_chain"] !== undefined) return refused("peer_trust_chain");
  // Before anybody is asked: a request that is not even its own sender's must not become traffic.
  if (!(await isSignedBy(subject, subject.keys, config, nowSeconds(config.clock)))) {
    return refused("no_trust_chain");
  }

  // The first statement of a chain in the header is of the same entity; this request speaks for it.
  const inHeader = header["trust_chain"];
  const above = Array.isArray(inHeader) ? inHeader.slice(1) : request.above;
  const submitted = config.acceptSubmittedTrustChains
    ? await submittedChain(subject, above, config)
    : undefined;
  const found = submitted ? ok(submitted) : await findTrustChain(subject, config);
  if (!found.ok) {
    const { cause } = found.error;
    return cause === undefined ? refused("no_trust_chain") : err({ kind: "unavailable", cause });
  }
  return resolveMetadata(found.value);
}

async function submittedChain(
  subject: EntityStatement,
  above: readonly JsonValue[],
  config: ResolutionConfig,
): Promise<TrustChain | undefined> {
  // Each intermediate has one statement, the trust anchor two, and the subject one.
  const statements = readTrustChain(subject, above, config.maxIntermediates + 3);
  return statements && verifyTrustChain(statements, config, nowSeconds(config.clock));
}

function resolveMetadata(chain: TrustChain): Result<ResolvedEntity, TrustChainProblem> {
  const { subject, superior, trustAnchor, expiresAt, policy, allowsEntityType } = chain;
  const entityType = CLIENT_TYPES.find(
    (type) => entityMetadata(subject.claims, type) && allowsEntityType(type),
  );
  if (entityType === undefined) return refused("no_client");
  const stated = {
    ...entityMetadata(subject.claims, entityType),
    ...entityMetadata(superior.claims, entityType),
  };
  const typePolicy = policy.get(entityType) ?? new Map();
  const metadata = applyMetadataPolicy(stated, typePolicy);
  if (!metadata) return refused("metadata_policy");
  return ok({
    entityId: subject.sub,
    entityType,
    superior: superior.iss,
    trustAnchor,
    statedAt: subject.claims.iat ?? 0,
    expiresAt,
    metadata,
    policy: typePolicy,
  });
}

function headerOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}

function refused(reason: TrustChainReason): Result<never, TrustChainProblem> {
  return err({ kind: "refused", reason });
}
