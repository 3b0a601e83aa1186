import { auditRecorder, type AuditDelivery } from "../audit/audit-delivery.js";
import type { ClientRegistrationOptions } from "../configuration/options.js";
import { isStateless } from "../configuration/require-no-state.js";
import { resolveOptions } from "../configuration/resolve-options.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { isGuardedFetch } from "../guarded-fetch/is-guarded-fetch.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import type { DomainProof } from "../store/records.js";
import { trustTier } from "../store/trust-tier.js";
import { lookInDns, lookInFile, type LookForProof, type TxtRecords } from "./look-for-proof.js";
import { recheckDomains, type DomainRecheck, type RecheckConfig } from "./recheck-domains.js";
import {
  challengeOf,
  verifyDomain,
  type ChallengeOutcome,
  type VerifyDomainOutcome,
} from "./verify-domain.js";

/** Options of `domainVerification`. It needs `txtRecords`, `guardedFetch` or both. */
export interface DomainVerificationOptions {
  /** Queries name servers: `txtRecords()` of `@oauth-dcr/node`. Missing: the method `dns` is not available. */
  readonly txtRecords?: TxtRecords;
  /** Fetches files. Default: `guardedFetch` of the registration's options. Without either, the method `file` is not available. */
  readonly guardedFetch?: GuardedFetch;
  /** A proof is lost when this number of checks have found it absent since it was last seen. Default 3. */
  readonly lostAfterAbsences?: number;
  /** How long a proof counts while checks fail, for example because name servers are down. In seconds; default 604,800 (a week). */
  readonly graceSeconds?: number;
}

/** Which proofs `recheckDomains` checks. */
export interface RecheckDomainsOptions {
  /** The maximum number of clients, from 1 to 1,000. Default 100. */
  readonly limit?: number;
  /** It checks proofs whose last check is longer ago than this. In seconds; default 86,400 (a day). */
  readonly olderThanSeconds?: number;
}

const MOST_CLIENTS = 1000;

/** Lets domains vouch for clients. Each function rejects when the store cannot answer. */
export interface DomainVerification {
  /** Returns what the owner of a domain publishes to vouch for a client. The same on each call; it stores nothing. */
  readonly challenge: (clientId: string, domain: string) => Promise<ChallengeOutcome>;
  /**
   * Checks whether a domain vouches for a client, and stores the proof. The client is `domain_verified` when all of its domains
   * vouch for it, unless the operator or a template sets its tier. This sends requests to a host of the client's choice: if
   * strangers can call it, put a rate limit before it. Rejects with a MisuseError for a method that is not configured.
   */
  readonly verifyDomain: (
    clientId: string,
    domain: string,
    options: { readonly method: DomainProof["method"] },
  ) => Promise<VerifyDomainOutcome>;
  /**
   * Checks proofs again, the oldest check first, of four clients at once. Call it from a timer. Clients of one site
   * (`app.example` and all names below it) get three tenths of the `limit` while clients of other sites wait. An absent proof is lost after `lostAfterAbsences` checks.
   * If checks fail, the proof is lost after `graceSeconds` and at least two failures. A check that is `busy` changes nothing.
   */
  readonly recheckDomains: (options?: RecheckDomainsOptions) => Promise<DomainRecheck>;
  /** The state of the delivery of audit events. Call its `flush()` before the process ends. */
  readonly auditDelivery: AuditDelivery;
}

/**
 * Lets the owners of a client's domains vouch for it, with a TXT record or a file under `/.well-known/`. Pass the options of the
 * registration, with the same store.
 *
 * @example
 * ```ts
 * import { tokenGatedPreset } from "@oauth-dcr/core";
 * import { domainVerification } from "@oauth-dcr/core/domain-verification";
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { memoryStore } from "@oauth-dcr/core/memory";
 *
 * const options = {
 *   ...tokenGatedPreset({ issuer: "https://as.example" }),
 *   store: memoryStore(),
 *   audit: console.log,
 *   guardedFetch: guardedFetch({ connection: webConnection() }),
 * };
 * const domains = domainVerification(options);
 * const toPublish = await domains.challenge("some-client", "app.example");
 * const outcome = await domains.verifyDomain("some-client", "app.example", { method: "file" });
 * ```
 * @throws MisuseError for an option that is missing or makes no sense, and for a store that keeps no clients
 */
export function domainVerification(
  options: ClientRegistrationOptions,
  given: DomainVerificationOptions = {},
): DomainVerification {
  const resolved = resolveOptions(options);
  requireKnownOptions("domainVerification", given, [
    "txtRecords",
    "guardedFetch",
    "lostAfterAbsences",
    "graceSeconds",
  ] satisfies (keyof DomainVerificationOptions)[]);
  const { guardedFetch = options.guardedFetch, txtRecords } = given;
  const { lostAfterAbsences = 3, graceSeconds = 604_800 } = given;
  requireThat(!isStateless(resolved.store), "ERR_OPTION", "store: a stateless store keeps no proofs");
  requireThat(
    guardedFetch === undefined || isGuardedFetch(guardedFetch),
    "ERR_OPTION",
    "guardedFetch: must be what guardedFetch() returned",
  );
  const isFunction = txtRecords === undefined || typeof txtRecords === "function";
  requireThat(isFunction, "ERR_OPTION", "txtRecords: must be a function");
  requireThat(
    guardedFetch !== undefined || txtRecords !== undefined,
    "ERR_OPTION",
    "domainVerification: give txtRecords, guardedFetch or both",
  );
  requirePositiveInteger(lostAfterAbsences, "ERR_OPTION", "lostAfterAbsences");
  requirePositiveInteger(graceSeconds, "ERR_OPTION", "graceSeconds");

  const methods = new Map<DomainProof["method"], LookForProof>();
  if (txtRecords) methods.set("dns", lookInDns(txtRecords));
  if (guardedFetch) methods.set("file", lookInFile(guardedFetch));
  const { store, clock, serverMetadata, trust } = resolved;
  const { record, delivery: auditDelivery } = auditRecorder(resolved.audit, resolved.onError);
  const { issuer } = serverMetadata;
  const tierOf = trust?.tierOf ?? trustTier;
  const kept = { store, clock, record, tierOf };
  const config: RecheckConfig = { ...kept, issuer, methods, lostAfterAbsences, graceSeconds };
  return Object.freeze<DomainVerification>({
    async challenge(clientId, domain) {
      requireText(domain);
      return challengeOf(clientId, domain, config);
    },
    async verifyDomain(clientId, domain, how) {
      requireText(domain);
      requireKnownOptions("verifyDomain", how, ["method"]);
      const isConfigured = methods.has(how.method);
      const known = [...methods.keys()].join(", ");
      requireThat(isConfigured, "ERR_OPTION", `method: must be one that is configured: ${known}`);
      return verifyDomain(clientId, domain, how.method, config);
    },
    async recheckDomains(which = {}) {
      requireKnownOptions("recheckDomains", which, [
        "limit",
        "olderThanSeconds",
      ] satisfies (keyof RecheckDomainsOptions)[]);
      const { limit = 100, olderThanSeconds = 86_400 } = which;
      requirePositiveInteger(limit, "ERR_OPTION", "limit");
      requireThat(limit <= MOST_CLIENTS, "ERR_OPTION", `limit: must be at most ${MOST_CLIENTS}`);
      requirePositiveInteger(olderThanSeconds, "ERR_OPTION", "olderThanSeconds");
      return recheckDomains({ limit, olderThanSeconds }, config);
    },
    auditDelivery,
  });
}

function requireText(domain: unknown): void {
  requireThat(typeof domain === "string", "ERR_OPTION", "domain: must be a text");
}
