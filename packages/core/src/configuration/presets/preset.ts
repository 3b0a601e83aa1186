import type { ClientRegistrationOptions } from "../options.js";

/** The part of the options that a preset answers. Spread it, and say otherwise below it. */
export type Preset = Pick<
  ClientRegistrationOptions,
  | "authorizationServer"
  | "redirectUris"
  | "defaultScopes"
  | "unsupportedMetadata"
  | "wrongApplicationType"
  | "idempotentRegistration"
>;
