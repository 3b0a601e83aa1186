import type { JsonValue } from "../lib/json.js";
import type { PublicKey } from "../json-web-token/public-keys.js";
import { applyConstraints, type AllowsEntityType } from "./chain-constraints.js";
import {
  authorityHints,
  isSignedBy,
  readEntityStatement,
  type EntityStatement,
  type StatementRules,
} from "./entity-statement.js";
import { mergeMetadataPolicies, type MetadataPolicy } from "./metadata-policy/metadata-policy.js";

/** What verifies a trust chain. */
export interface TrustRules extends StatementRules {
  /** The keys of each trust anchor, by its entity identifier. */
  readonly trustAnchors: ReadonlyMap<string, readonly PublicKey[]>;
}

/** A chain of statements that leads from an entity to a trust anchor, each verified. */
export interface TrustChain {
  /** What the subject says of itself. */
  readonly subject: EntityStatement;
  /** What its immediate superior says of it. */
  readonly superior: EntityStatement;
  readonly trustAnchor: string;
  /** When the first statement ends, in seconds since the epoch. */
  readonly expiresAt: number;
  readonly policy: MetadataPolicy;
  readonly allowsEntityType: AllowsEntityType;
}

/**
 * Verifies a chain from the trust anchor down: each statement is signed by a key that the statement above names, and the first
 * by a key that the operator has configured. `undefined` for a chain that does not hold.
 *
 * @param statements the subject's entity configuration, the subordinate statements from the lowest to the trust anchor's, and
 *   perhaps the trust anchor's entity configuration
 * @see OpenID Federation 1.0 section 10.2 https://openid.net/specs/openid-federation-1_0.html#section-10.2
 */
export async function verifyTrustChain(
  statements: readonly EntityStatement[],
  rules: TrustRules,
  nowSeconds: number,
): Promise<TrustChain | undefined> {
  const [subject, superior] = statements;
  const subordinates = statements.filter(({ iss, sub }) => iss !== sub);
  const trustAnchor = statements.at(-1)?.iss ?? "";
  let keys = rules.trustAnchors.get(trustAnchor);
  if (!subject || !superior || !keys || subject.iss !== subject.sub) return undefined;
  if (!authorityHints(subject).includes(superior.iss)) return undefined;
  // In a loop an entity below would say which keys one above it has.
  const entities = new Set([trustAnchor, ...subordinates.map(({ sub }) => sub)]);
  if (subordinates.length === 0 || entities.size <= subordinates.length) return undefined;
  // A registration never outlasts its chain: of one that has ended nothing is left, however the clocks differ.
  const expiresAt = Math.min(...statements.map(({ exp }) => exp));
  if (expiresAt <= nowSeconds) return undefined;

  let issuer = trustAnchor;
  for (const statement of statements.toReversed()) {
    if (statement.iss !== issuer || !(await isSignedBy(statement, keys, rules, nowSeconds))) return undefined;
    const isOwn = statement.sub === issuer;
    if (isOwn && statement !== subject && statement !== statements.at(-1)) return undefined;
    // A trust anchor's keys are those of the operator, whatever it says of itself.
    if (!isOwn) keys = statement.keys;
    issuer = statement.sub;
  }
  if (!(await isSignedBy(subject, subject.keys, rules, nowSeconds))) return undefined;

  const allowsEntityType = applyConstraints(subordinates);
  const policy = mergeMetadataPolicies(
    subordinates.map(({ claims }) => claims["metadata_policy"]).toReversed(),
  );
  if (!policy || !allowsEntityType) return undefined;
  return { subject, superior, trustAnchor, expiresAt, policy, allowsEntityType };
}

/** Reads the statements of a chain that a client has sent, of which nothing is true yet. `undefined` for what is no chain. */
export function readTrustChain(
  subject: EntityStatement,
  above: readonly JsonValue[],
  maxStatements: number,
): readonly EntityStatement[] | undefined {
  if (above.length >= maxStatements) return undefined;
  const statements = above.map((token) => readEntityStatement(token));
  return statements.every((statement) => statement !== undefined) ? [subject, ...statements] : undefined;
}
