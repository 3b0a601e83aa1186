import { admitRegistration } from "../access/admit-registration.js";
import type { RequestContext } from "../access/request-context.js";
import { Findings, type Finding } from "../client-metadata/finding.js";
import { baseName } from "../client-metadata/language-tag.js";
import type { ClientSecretRules } from "../client-credentials/client-secret.js";
import type { Failure, Refusal } from "../failure.js";
import type { JsonObject } from "../lib/json.js";
import { nowSeconds } from "../lib/clock.js";
import { wait, type Steps } from "../lib/steps.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";
import { acceptClientMetadata } from "../registration-endpoint/accept-client-metadata.js";
import {
  clientInformationResponse,
  type ClientInformationResponse,
} from "../registration-endpoint/client-information-response.js";
import type { Registration, Served } from "../registration-endpoint/register-client.js";
import type { ProposalOrigin, RegisteredClient } from "../store/records.js";
import type { AuditEvents } from "../store/registration-store.js";
import type { FederationConfig } from "./federation-config.js";
import type { FederationRules } from "./federation-options.js";
import { applyMetadataPolicy } from "./metadata-policy/metadata-policy.js";
import { isEqualJson, isSubset } from "./metadata-policy/json-set.js";
import { resolveEntity, type EntityRequest, type ResolvedEntity } from "./resolve-entity.js";
import type { SignRegistration } from "./sign-registration.js";
import type { StatementSource } from "./statement-source.js";
import { entityFingerprint, storeEntity } from "./store-entity.js";
import { TOLD, type TrustChainProblem, type TrustChainReason } from "./trust-chain-problem.js";

/** A request whose body has not been read yet. */
export interface EntityRegistrationRequest {
  readonly context: RequestContext;
  readonly readEntity: () => Awaitable<Result<EntityRequest, Failure>>;
  readonly isAborted: () => boolean;
  /** The audit events of what is about to be done. */
  readonly eventsOf: (served: Served) => AuditEvents;
}

/** A registered entity. */
export interface EntityRegistration extends Registration {
  /** The answer, as a JWT. */
  readonly signed: string;
}

/** Who registers entities: this server in its federations. */
export interface FederationServer {
  /** The entity identifier of this server. */
  readonly issuer: string;
  readonly rules: FederationRules;
  readonly statementsAt: StatementSource;
  readonly signer: () => Promise<SignRegistration>;
}

/**
 * The registration of a federation entity: its trust chain admits it, and then the rules and policies of any registration judge
 * the metadata that the chain leaves. An entity that is registered already keeps its `client_id` and its standing: whoever an
 * operator has disabled stays disabled.
 *
 * @see OpenID Federation 1.0 section 12.2 https://openid.net/specs/openid-federation-1_0.html#section-12.2
 */
export function* registerEntity(
  request: EntityRegistrationRequest,
  { issuer, rules, statementsAt, signer }: FederationServer,
  config: FederationConfig,
): Steps<Result<EntityRegistration, Refusal>> {
  const stranger = { source: "federation" } as const;
  const admission = {
    ...config,
    access: { limits: rules.limits, admit: () => ok({ origin: stranger }) },
  };
  const { context } = request;
  const admitted = yield* admitRegistration({ context, credentials: { kind: "none" } }, admission);
  if (!admitted.ok) return admitted;
  const received = yield* wait(request.readEntity());
  if (!received.ok) return err({ ...received.error, origin: stranger });
  const { clock } = config;
  const resolved = yield* wait(resolveEntity(received.value, { ...rules, statementsAt, clock, issuer }));
  if (!resolved.ok) return err({ ...failureOf(resolved.error), origin: stranger });

  const sign = yield* wait(signer());
  const { entityId, trustAnchor, statedAt, expiresAt } = resolved.value;
  const endsAt = Math.floor(
    Math.min(expiresAt, nowSeconds(config.clock) + lifetime(rules, config.clientSecrets)),
  );
  const origin: ProposalOrigin = { ...stranger, federation: { entityId, trustAnchor, statedAt, endsAt } };
  const registered = yield* registerResolved(request, resolved.value, origin, rules, config);
  if (!registered.ok) return err({ ...registered.error, origin });
  const signed = yield* wait(sign(resolved.value, registered.value.response, endsAt));
  return ok({ ...registered.value, signed });
}

function* registerResolved(
  request: EntityRegistrationRequest,
  entity: ResolvedEntity,
  origin: ProposalOrigin,
  rules: FederationRules,
  config: FederationConfig,
): Steps<Result<Registration, Failure>> {
  const fingerprint = entityFingerprint(entity);
  const current = yield* findCurrent(fingerprint, config);
  if (!current.ok) return current;
  if (current.value?.status === "disabled") {
    return err({ kind: "client_disabled", clientId: current.value.clientId });
  }
  // Somebody has kept it: sent again, it would bring back redirect URIs and keys that the entity has given up.
  if ((current.value?.origin.federation?.statedAt ?? 0) > entity.statedAt)
    return err(refusal("outdated", []));
  const accepted = yield* acceptClientMetadata(
    { submitted: entity.metadata, origin, ...(current.value && { current: current.value }) },
    config,
  );
  if (!accepted.ok) return accepted;
  const { record, ...remarks } = accepted.value;
  const shown = config.trust?.bounded({ ...current.value, ...record }).metadata ?? record.metadata;
  if (!meetsPolicy(shown, entity, config)) return err(refusal("not_as_resolved", remarks.findings));
  if (request.isAborted()) return err({ kind: "request_aborted" });

  const stored = yield* storeEntity(
    { record, fingerprint, current: current.value },
    { ...request, remarks, limits: rules.limits },
    config,
  );
  if (!stored.ok) return stored;
  const { client, clientSecret } = stored.value;
  const response: ClientInformationResponse = clientInformationResponse(
    client,
    { clientSecret },
    withoutManagement(config),
  );
  return ok({
    client,
    response,
    ...(current.value && { replaced: current.value }),
    ...remarks,
  });
}

/** The entity's client, with the policies that judge a new one: an operator's new policy is for renewals too. */
function* findCurrent(
  fingerprint: string,
  { store, policies }: FederationConfig,
): Steps<Result<RegisteredClient | undefined, Failure>> {
  try {
    const client = yield* wait(store.findClientByFingerprint(fingerprint));
    const now = policies.forRegistration("federation", []);
    if (!client || !now.ok) return ok(client);
    const names = now.value.map(({ name }) => name);
    return ok({ ...client, origin: { ...client.origin, policies: names } });
  } catch (cause) {
    return err({ kind: "store_unavailable", cause });
  }
}

/** A client must not end before its secret's time is up, nor live longer than it. */
function lifetime({ maxRegistrationSeconds }: FederationRules, { ttlSeconds }: ClientSecretRules): number {
  return ttlSeconds === 0 ? maxRegistrationSeconds : Math.min(maxRegistrationSeconds, ttlSeconds);
}

/**
 * Whether what is to be registered still is what the policies of the chain demand: a default, a choice or a policy of this server
 * may have changed it. A member that this server does not know is not registered, whatever a policy says of it.
 */
function meetsPolicy(
  registered: JsonObject,
  { metadata, policy }: ResolvedEntity,
  { rules }: FederationConfig,
): boolean {
  const governed = new Map([...policy].filter(([name]) => rules.members.has(baseName(name))));
  const resolved = applyMetadataPolicy(registered, governed);
  if (!resolved) return false;
  return [...governed.keys()].every((name) => {
    const value = registered[name];
    // A policy that leaves nothing of a list must not make room for a default.
    if (isEmptied(metadata[name]) && value !== undefined) return false;
    return isSameSet(resolved[name], value);
  });
}

function isEmptied(value: unknown): boolean {
  return value === "" || (Array.isArray(value) && value.length === 0);
}

function isSameSet(one: JsonObject[string], other: JsonObject[string]): boolean {
  if (typeof one === "string" && typeof other === "string" && one !== other) {
    return isSameSet(one.split(" "), other.split(" "));
  }
  if (!Array.isArray(one) || !Array.isArray(other)) return isEqualJson(one, other);
  return isSubset(one, other) && isSubset(other, one);
}

/** An entity changes its registration by registering again (section 12.2.2). */
function withoutManagement({ rules, trust }: FederationConfig): Pick<FederationConfig, "rules" | "trust"> {
  return { rules, ...(trust && { trust }) };
}

function failureOf(problem: TrustChainProblem): Failure {
  if (problem.kind === "unavailable") return { kind: "verifier_unavailable", cause: problem.cause };
  return refusal(problem.reason, []);
}

function refusal(reason: TrustChainReason, before: readonly Finding[]): Failure {
  const findings = new Findings();
  findings.error("(body)", "federation.entity", "(body)", TOLD[reason]);
  return { kind: "refused_metadata", findings: [...before, ...findings.all] };
}
