export {
  guardedFetch,
  guardedFetchBytes,
  type FetchedBytes,
  type FetchedDocument,
  type GuardedFetch,
  type GuardedFetchBytes,
  type GuardedFetchOptions,
} from "./guarded-fetch.js";
export type { GuardedFetchProblem } from "./guarded-fetch-problem.js";
export { AddressRefusedError, type OutgoingConnection, type OutgoingRequest } from "./outgoing-connection.js";
export { isPrivateUseAddress, isSpecialUseAddress } from "./special-use-address.js";
export { webConnection } from "./web-connection.js";
