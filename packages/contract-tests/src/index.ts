export { consentStoreContract, type ConsentStoreContractOptions } from "./consent-store-contract.js";
export type { ContractExpectation, ContractRunner } from "./contract-runner.js";
export type { HttpAnswer, HttpCase, HttpTarget } from "./http-cases/http-case.js";
export {
  HTTP_CASES,
  httpContract,
  type HttpContractOptions,
  type KnownRegistration,
} from "./http-contract.js";
export {
  registrationStoreContract,
  type RegistrationStoreContractOptions,
} from "./registration-store-contract.js";
export { registrationStoreModel, type RegistrationStoreModelOptions } from "./registration-store-model.js";
export { registrationStoreRaces, type RegistrationStoreRacesOptions } from "./registration-store-races.js";
export { rateLimiterContract, type RateLimiterContractOptions } from "./rate-limiter-contract.js";
