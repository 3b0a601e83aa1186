export { allowRedirectHosts, type AllowRedirectHostsOptions } from "./allow-redirect-hosts.js";
export { allowSoftwareIds, type AllowSoftwareIdsOptions } from "./allow-software-ids.js";
export type { DropOrRefuse } from "./display-uris.js";
export { forbidDisplayUris, type ForbidDisplayUrisOptions } from "./forbid-display-uris.js";
export { holdForApproval, type HoldForApprovalOptions } from "./hold-for-approval.js";
export { limitScopes, type ScopesByCaller } from "./limit-scopes.js";
export type { PolicyLists } from "./policy-table.js";
export type {
  PolicyOptions,
  PolicyVerdict,
  RegistrationPolicy,
  RegistrationProposal,
} from "./registration-policy.js";
export { requireConsent } from "./require-consent.js";
export { requirePkce } from "./require-pkce.js";
export { reserveNames } from "./reserved-names/reserve-names.js";
export { sameHostDisplayUris, type SameHostDisplayUrisOptions } from "./same-host-display-uris.js";
