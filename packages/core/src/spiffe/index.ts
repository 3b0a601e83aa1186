export { spiffeJwt, type SpiffeJwtOptions } from "./spiffe-jwt.js";
export {
  spiffeTrustDomains,
  type SpiffeTrustDomain,
  type SpiffeTrustDomains,
  type SpiffeTrustDomainsOptions,
} from "./trust-domains.js";
export type { SpiffeBundle } from "./bundle.js";
