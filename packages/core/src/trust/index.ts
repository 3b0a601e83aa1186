export { trustTiers } from "./trust-tiers.js";
export type { ClientTemplate, TemplateMatch, TrustSettings, TrustTiersOptions } from "./trust-options.js";
export type { TrustTiers } from "./trust-rules.js";
