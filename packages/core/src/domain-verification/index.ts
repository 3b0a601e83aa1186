export {
  domainVerification,
  type DomainVerification,
  type DomainVerificationOptions,
  type RecheckDomainsOptions,
} from "./domain-verification.js";
export type { DomainChallenge } from "./domain-challenge.js";
export type { DomainTrouble, TxtRecords } from "./look-for-proof.js";
export type { DomainRecheck, UnseenDomain } from "./recheck-domains.js";
export type { ChallengeOutcome, DomainRefusal, VerifyDomainOutcome } from "./verify-domain.js";
