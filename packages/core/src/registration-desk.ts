import type { RegistrationAccess } from "./access/registration-access.js";
import type { ClientAssertionVerifier } from "./client-authentication/client-assertion-verifier.js";
import type { ClientManagement } from "./client-management.js";
import type { IdentifyClient } from "./client-credentials/client-identity.js";
import type { ClientSecretRules } from "./client-credentials/client-secret.js";
import type { ClientMetadataRules } from "./client-metadata/assess-client-metadata.js";
import type { RandomBytes } from "./crypto/random-token.js";
import type { GuardedFetch } from "./guarded-fetch/guarded-fetch.js";
import type { ClientLifecycle } from "./lifecycle/client-lifecycle.js";
import type { PolicyTable } from "./policy/policy-table.js";
import type { ClientQuotas } from "./quota/client-quotas.js";
import type { SoftwareStatementVerifier } from "./software-statement/software-statement.js";
import type { RegistrationStore } from "./store/registration-store.js";

/** What the steps of a registration, and of every change to it, work with. */
export interface RegistrationDesk {
  readonly access: RegistrationAccess;
  readonly rules: ClientMetadataRules;
  readonly policies: PolicyTable;
  /** Missing where software statements are ignored. */
  readonly softwareStatements?: SoftwareStatementVerifier;
  /** Missing where this server sends no requests. */
  readonly guardedFetch?: GuardedFetch;
  readonly clientSecrets: ClientSecretRules;
  /** Names a new client. */
  readonly identify: IdentifyClient;
  /** Missing where clients cannot manage themselves. */
  readonly management?: ClientManagement;
  /** Missing where no client uses `private_key_jwt`. */
  readonly clientAssertions?: ClientAssertionVerifier;
  readonly lifecycle: ClientLifecycle;
  readonly quotas: ClientQuotas;
  /** Whether an open registration of metadata that a public client has already answers with that client. */
  readonly idempotentRegistration: boolean;
  readonly store: RegistrationStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly randomBytes: RandomBytes;
}

/** A desk where clients can manage themselves. */
export type ManagementDesk = RegistrationDesk & { readonly management: ClientManagement };
