import type { ClientMetadata } from "../client-metadata/client-metadata.js";
import type { Awaitable } from "../result.js";

/** A registered client, as it is stored. */
export interface RegisteredClient {
  readonly clientId: string;
  /** Seconds since the epoch. */
  readonly clientIdIssuedAt: number;
  /** SHA-256 of the secret in hexadecimal; missing for a client without a secret. */
  readonly clientSecretHash?: string;
  /** Seconds since the epoch, or 0 for a secret that does not expire; there exactly when there is a secret. */
  readonly clientSecretExpiresAt?: number;
  /** What was registered, after defaults and narrowing. */
  readonly metadata: ClientMetadata;
}

export type CreateClientOutcome =
  { readonly outcome: "created" } | { readonly outcome: "duplicate_client_id" };

/**
 * Where clients are kept. One method is one transition of the protocol: atomic, and it reports how it went. A method
 * that cannot reach its database throws; the client is then told to come again, and nothing was written.
 *
 * An implementation is checked by `registrationStoreContract` of `@oauth-dcr/contract-tests`.
 */
export interface RegistrationStore {
  /** Adds a client, whole or not at all. Answers once it is as durable as this store can make it. */
  createClient(client: RegisteredClient): Awaitable<CreateClientOutcome>;
  /** The client of that identifier, compared as an exact string. */
  findClient(clientId: string): Awaitable<RegisteredClient | undefined>;
}
