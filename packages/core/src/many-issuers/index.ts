export { manyIssuers, type ManyIssuers, type ManyIssuersOptions } from "./many-issuers.js";
export type { IssuerState } from "./issuer-states.js";
export { issuerFromHost, issuerFromPath, type IssuerResolver } from "./issuer-resolvers.js";
