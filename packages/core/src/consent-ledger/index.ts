export { consentAfter } from "./consent-after.js";
export {
  consentLedger,
  type ConsentLedger,
  type ConsentLedgerOptions,
  type ConsentRequest,
} from "./consent-ledger.js";
export type { LedgerView, LedgerWarning } from "./compare-consent.js";
export type {
  Consent,
  ConsentGrant,
  ConsentPage,
  ConsentPageRequest,
  ConsentStore,
  GivenConsent,
  RecordConsentOutcome,
  StoreWithConsents,
  WithdrawConsentOutcome,
} from "./consent-store.js";
export { memoryStoreWithConsents } from "./memory-store-with-consents.js";
