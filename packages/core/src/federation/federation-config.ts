import type { ClientSecretRules } from "../client-credentials/client-secret.js";
import type { WatchCache } from "../lib/cache-use.js";
import type { RegistrationConfig } from "../registration-endpoint/register-client.js";

/** What a registration by federation needs of the server. */
export interface FederationConfig extends RegistrationConfig {
  readonly clientSecrets: ClientSecretRules;
  readonly watchCache: WatchCache;
}
