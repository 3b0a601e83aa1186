import type { RegistrationAccess } from "./access/registration-access.js";
import type { ClientManagement } from "./client-configuration-endpoint/client-management.js";
import type { ClientSecretRules } from "./client-credentials/client-secret.js";
import type { ClientMetadataRules } from "./client-metadata/assess-client-metadata.js";
import type { RandomBytes } from "./crypto/random-token.js";
import type { RegistrationStore } from "./store/registration-store.js";

/** What the steps of a registration, and of every change to it, work with. */
export interface RegistrationDesk {
  readonly access: RegistrationAccess;
  readonly rules: ClientMetadataRules;
  readonly clientSecrets: ClientSecretRules;
  /** Missing where clients cannot manage themselves. */
  readonly management?: ClientManagement;
  readonly store: RegistrationStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly randomBytes: RandomBytes;
}

/** A desk where clients can manage themselves. */
export type ManagementDesk = RegistrationDesk & { readonly management: ClientManagement };
