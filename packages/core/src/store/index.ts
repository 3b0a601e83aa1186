export { initialAccessTokenProblem, type InitialAccessTokenProblem } from "./standing.js";
export type { InitialAccessToken, InitialAccessTokenConstraints } from "./records.js";
export type {
  AuditEvents,
  ChangeClientStatusOutcome,
  ClientCounts,
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
  ClientRequirements,
  ClientStatus,
  ProposalOrigin,
  RegistrationOrigin,
  FederationOrigin,
  RegistrationSource,
} from "./records.js";
export { clientWithStatus, renewedClient, replacedClient, usedClient } from "./client-changes.js";
export type { RegisteredClient } from "./records.js";
export type { RegistrationStore } from "./registration-store.js";
