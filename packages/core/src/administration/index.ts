export {
  clientAdministration,
  type ClientAdministrationOptions,
  type ClientAdministrationTools,
} from "./client-administration.js";
export type { AddedClient, StaticClient } from "./add-client.js";
export type { AdministerOptions, ClientAdministrationPatch } from "./administer-client.js";
export type { AppliedClient } from "./apply-clients.js";
export type {
  ClientHistory,
  ClientHistoryEntry,
  ClientHistoryPage,
  ClientHistoryRequest,
  ReadClientHistory,
} from "./client-history.js";
export type { ClientAcceptance, InspectedClient } from "./inspect-client.js";
export type { OperatorStatement } from "./check-administration.js";
export { foreignClient } from "./foreign-client.js";
export type { ImportOutcome } from "./client-lines.js";
export type { Purge, PurgeOptions } from "./purge-clients.js";
export type { RemoveOptions } from "./remove-client.js";
