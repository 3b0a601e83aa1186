import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { Finding } from "../client-metadata/finding.js";
import type { TimesByClient } from "../lifecycle/client-lifecycle.js";
import type { PolicyLists } from "../policy/policy-table.js";
import type { OwnPool } from "../quota/client-quotas.js";
import type { ProposalOrigin, RegisteredClient, TrustTier } from "../store/records.js";

/** What a client is trusted by. */
export type TrustedClient = Pick<RegisteredClient, "administration"> & { readonly origin: ProposalOrigin };

/** What is known of a client that registers or changes. */
export interface TrustFacts {
  readonly origin: ProposalOrigin;
  /** After the metadata rules. */
  readonly metadata: ClientMetadata;
  /** The members of it that a trusted software statement speaks for. */
  readonly verifiedMembers: ReadonlySet<string>;
  /** The host of its document's URL. */
  readonly documentHost?: string | undefined;
  /** What the operator says. */
  readonly tier?: TrustTier | undefined;
}

/** What follows for it. */
export interface TrustDecision {
  /** With the template that it matches, and the tier of that. */
  readonly origin: ProposalOrigin;
  /**
   * The names of the policies that judge it: of a new client besides those of its source, of an update alone. They are those of its
   * template and its tier, and those of its initial access token or its registration.
   */
  readonly policies: readonly string[];
  /** What its bounds take away of what the policies left: a warning, and an error where nothing remains. */
  readonly findings: (metadata: ClientMetadata) => readonly Finding[];
}

/** What tiers and templates mean for clients. */
export interface TrustRules extends TimesByClient {
  /** The policies of the server, with those of tiers and templates. */
  readonly policies: PolicyLists;
  readonly decide: (facts: TrustFacts, current: RegisteredClient | undefined) => TrustDecision;
  /**
   * How far a client is trusted now: a template that is gone, or says something else than when the client was registered, gives
   * what it gives today.
   */
  readonly tierOf: (client: TrustedClient) => TrustTier;
  /**
   * The client with no scope but what its tier and its template allow. Where that is nothing of what it has, its scope is empty
   * and not missing: a record without a scope could be read as one without a limit.
   */
  readonly bounded: <Client extends TrustedClient & { readonly metadata: ClientMetadata }>(
    client: Client,
  ) => Client;
  readonly ownPool: OwnPool;
}

/** The option `trust`, as `trustTiers` makes it. */
export interface TrustTiers {
  /**
   * `createClientRegistration` calls it once.
   *
   * @param scopes those that the server has
   * @param policies those of its options
   * @throws MisuseError for a scope that the server does not have
   */
  readonly rules: (scopes: readonly string[], policies: PolicyLists) => TrustRules;
}
