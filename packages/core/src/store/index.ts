export { initialAccessTokenProblem, type InitialAccessTokenProblem } from "./standing.js";
export type { InitialAccessToken, InitialAccessTokenConstraints } from "./records.js";
export type {
  AuditEvents,
  ChangeClientAdministrationOutcome,
  ChangeClientStatusOutcome,
  ClientAdministrationChange,
  ClientCount,
  ClientPage,
  ClientPageRequest,
  ClientQuery,
  ClientStatusChange,
  ClientUse,
  CreateClientGuards,
  CreateClientOutcome,
  DeleteClientOutcome,
  Quota,
  RecordClientUseOutcome,
  ReplaceClientOutcome,
  RevokeInitialAccessTokenOutcome,
} from "./registration-store.js";
export type {
  ClientAdministration,
  ClientRequirements,
  ClientStatus,
  DocumentState,
  DomainProblem,
  DomainProof,
  ProposalOrigin,
  RegistrationOrigin,
  FederationOrigin,
  RegistrationSource,
  TrustTier,
} from "./records.js";
export {
  administeredClient,
  clientWithStatus,
  renewedClient,
  replacedClient,
  usedClient,
} from "./client-changes.js";
export { clientSearchValues, meetsQuery, searchName, type ClientSearchValues } from "./client-search.js";
export { trustTier } from "./trust-tier.js";
export type { RegisteredClient } from "./records.js";
export type { RegistrationStore } from "./registration-store.js";
