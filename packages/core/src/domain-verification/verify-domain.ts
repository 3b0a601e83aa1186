import { nowSeconds } from "../lib/clock.js";
import { asciiHost } from "../uri/ascii-host.js";
import type { DomainProof, RegisteredClient, TrustTier } from "../store/records.js";
import { clientDomains } from "../store/trust-tier.js";
import { domainChallenge, type DomainChallenge } from "./domain-challenge.js";
import { keepDomains, type DomainChange, type DomainStoreConfig } from "./keep-domains.js";
import type { DomainTrouble, ProofMethods } from "./look-for-proof.js";

/** Why a domain cannot vouch for the client. */
export type DomainRefusal =
  /** The store has no such client. A client with a metadata document gets its record at its first recorded use. */
  | { readonly outcome: "unknown_client" }
  /** No URL of the client has that host. `domains` are the hosts that it has. */
  | { readonly outcome: "not_of_client"; readonly domains: readonly string[] };

/** What to publish, or why the domain cannot vouch for the client. */
export type ChallengeOutcome = ({ readonly outcome: "challenge" } & DomainChallenge) | DomainRefusal;

/** The result of `verifyDomain`. */
export type VerifyDomainOutcome =
  /**
   * The server saw the proof. `tier` is the trust tier of the client with it. `client` is the whole record, with hashes of its
   * credentials: show the client's owner `tier` alone.
   */
  | { readonly outcome: "verified"; readonly client: RegisteredClient; readonly tier: TrustTier }
  /** The server did not see the proof. Nothing changes: an earlier proof of the domain stays. */
  | ({ readonly outcome: "not_verified" } & DomainTrouble)
  /** The client already has proofs of 10 of its hosts. */
  | { readonly outcome: "too_many_domains" }
  | DomainRefusal;

/** What a verification needs. */
export interface VerificationConfig extends DomainStoreConfig {
  readonly issuer: string;
  readonly methods: ProofMethods;
}

const MOST_DOMAINS = 10;

/** What is to be published for a client. */
export async function challengeOf(
  clientId: string,
  domain: string,
  { store, issuer }: VerificationConfig,
): Promise<ChallengeOutcome> {
  const client = await store.findClient(clientId);
  if (!client) return { outcome: "unknown_client" };
  const { domains } = clientDomains(client);
  const name = asciiHost(domain);
  if (!domains.includes(name)) return { outcome: "not_of_client", domains };
  return { outcome: "challenge", ...domainChallenge(issuer, clientId, name) };
}

/** Looks for the proof of a domain, and keeps it where it is there. */
export async function verifyDomain(
  clientId: string,
  domain: string,
  method: DomainProof["method"],
  config: VerificationConfig,
): Promise<VerifyDomainOutcome> {
  const challenge = await challengeOf(clientId, domain, config);
  if (challenge.outcome !== "challenge") return challenge;
  const trouble = await config.methods.get(method)?.(challenge);
  if (trouble) return { outcome: "not_verified", ...trouble };
  const now = nowSeconds(config.clock);
  let refusal: VerifyDomainOutcome = { outcome: "unknown_client" };
  const client = await keepDomains(
    clientId,
    (current) => {
      const { domains } = clientDomains(current);
      // An update may have come between the two looks.
      if (!domains.includes(challenge.domain)) {
        refusal = { outcome: "not_of_client", domains };
        return undefined;
      }
      const change = withProof(current, challenge.domain, method, now);
      if (!change) refusal = { outcome: "too_many_domains" };
      return change;
    },
    config,
  );
  return client ? { outcome: "verified", client, tier: config.tierOf(client) } : refusal;
}

/** A proof that is seen again keeps its age, and is told of once. */
function withProof(
  client: RegisteredClient,
  domain: string,
  method: DomainProof["method"],
  now: number,
): DomainChange | undefined {
  const { domains: before = [] } = client.administration ?? {};
  const known = before.find((proof) => proof.domain === domain);
  const isFull = !known && before.length >= MOST_DOMAINS;
  // A proof of a host that the client has left stays for its return, unless it takes the place of a host that it has.
  const { domains: hosts } = clientDomains(client);
  const dropped = isFull ? before.filter((proof) => !hosts.includes(proof.domain)) : [];
  if (isFull && dropped.length === 0) return undefined;
  const proof = { domain, method, verifiedAt: known?.verifiedAt ?? now, seenAt: now, checkedAt: now };
  return {
    domains: [...before.filter((other) => other !== known && !dropped.includes(other)), proof],
    events: [
      ...dropped.map((left) => ({
        type: "client_domain_lost" as const,
        domain: left.domain,
        domainProblem: "not_of_client" as const,
      })),
      ...(known ? [] : [{ type: "client_domain_verified" as const, domain }]),
    ],
  };
}
