export { initialAccessTokenProblem, trustTier, type InitialAccessTokenProblem } from "./standing.js";
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
export type { RegisteredClient } from "./records.js";
export type { RegistrationStore } from "./registration-store.js";
