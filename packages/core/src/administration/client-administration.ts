import { auditRecorder, type AuditDelivery } from "../audit/audit-delivery.js";
import type { ClientRegistrationOptions } from "../configuration/options.js";
import { resolveOptions } from "../configuration/resolve-options.js";
import { isStateless } from "../configuration/require-no-state.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import type { ClientPageRequest, ClientQuery } from "../store/registration-store.js";
import type { Awaitable } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";
import { addClient, type AddedClient, type StaticClient } from "./add-client.js";
import type { AdministrationConfig } from "./administration-config.js";
import {
  administerClient,
  type AdministerOptions,
  type ClientAdministrationPatch,
} from "./administer-client.js";
import { applyClients, type AppliedClient } from "./apply-clients.js";
import {
  clientHistory,
  type ClientHistory,
  type ClientHistoryRequest,
  type ReadClientHistory,
} from "./client-history.js";
import { inspectClient, type InspectedClient } from "./inspect-client.js";
import { exportClients, importClient, type ImportOutcome } from "./client-lines.js";
import { purgeClients, type PurgeOptions, type Purge } from "./purge-clients.js";
import { removeClient, type RemoveOptions } from "./remove-client.js";

/** The operator's tools for clients, in addition to those of `ClientRegistration`. */
export interface ClientAdministrationTools {
  /**
   * Adds a client with a `client_id` that the operator chooses. The metadata rules and policies check it like a registration. The
   * client does not expire. Rejects when the store cannot answer, and with a MisuseError for an invalid identifier.
   */
  readonly addClient: (client: StaticClient) => Promise<AddedClient>;
  /**
   * Adds missing clients and changes those that differ, in the order of the list. A second call with the same list changes nothing.
   * It does not change a client that another source registered. Rejects as `addClient` does.
   */
  readonly applyClients: (clients: readonly StaticClient[]) => Promise<readonly AppliedClient[]>;
  /**
   * Returns a client of any status: its record, why it was accepted, what today's rules find, and its history (default: the newest
   * 100 events). `undefined` if there is no such client. Rejects when the store or the log cannot answer, and with a MisuseError
   * for an invalid option.
   */
  readonly inspectClient: (
    clientId: string,
    history?: ClientHistoryRequest,
  ) => Promise<InspectedClient | undefined>;
  /**
   * Returns a page of the audit events of a client, newest first (default: at most 100). The client may have been deleted. Rejects
   * as `inspectClient` does.
   */
  readonly clientHistory: (clientId: string, page?: ClientHistoryRequest) => Promise<ClientHistory>;
  /**
   * Changes the tier, owner, tags or notes of a client. `null` removes a value, and an omitted member stays. `undefined` if there is
   * no such client, or it has another version. Rejects when the store cannot answer, and with a MisuseError for an invalid member.
   */
  readonly administerClient: (
    clientId: string,
    patch: ClientAdministrationPatch,
    options?: AdministerOptions,
  ) => Promise<RegisteredClient | undefined>;
  /**
   * Disables a client, revokes its tokens with `revokeTokens`, and deletes its record. Returns `false` if there is no such client,
   * or it has another version than `version`. A client with a metadata document comes back with its next request: disable it instead. Rejects when the store cannot answer
   * or the tokens cannot be revoked; the client then stays disabled.
   */
  readonly removeClient: (clientId: string, options?: RemoveOptions) => Promise<boolean>;
  /**
   * Removes the clients that meet the query, at most `limit` (default 100). Unless `isDryRun` is false it only tells which.
   * Rejects as `removeClient` does.
   */
  readonly purgeClients: (query: ClientQuery, options?: PurgeOptions) => Promise<Purge>;
  /** Yields each client that meets the query as a line of JSON, with the hashes of its secrets. Throws when the store cannot answer. */
  readonly exportClients: (query?: ClientQuery, page?: Partial<ClientPageRequest>) => AsyncGenerator<string>;
  /**
   * Adds a client, unchanged, from a line of `exportClients`. Today's metadata rules check it. Rejects when the store cannot
   * answer.
   */
  readonly importClient: (line: string) => Promise<ImportOutcome>;
  /** The state of the delivery of audit events. Call its `flush` before the process ends. */
  readonly auditDelivery: AuditDelivery;
}

/** Options of `clientAdministration`. */
export interface ClientAdministrationOptions {
  /**
   * Revokes every grant and token of a client. Called after the client was disabled and before its record is deleted. Default: that
   * of `clientManagement`. Without either, no client can be removed.
   */
  readonly revokeTokens?: (client: RegisteredClient) => Awaitable<void>;
  /**
   * Reads the audit events of a client: pass `readClientHistory` of an audit log in a database. Default: there is no history.
   */
  readonly readHistory?: ReadClientHistory;
}

/**
 * Creates the operator's tools for the clients of a registration. Pass the same options, with the same store, as to
 * `createClientRegistration`.
 *
 * @example
 * ```ts
 * import { mcpPreset, openRegistration } from "@oauth-dcr/core";
 * import { clientAdministration } from "@oauth-dcr/core/administration";
 * import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
 *
 * const options = {
 *   ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["mcp:tools"] }),
 *   access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) }),
 *   store: memoryStore(),
 *   audit: console.log,
 * };
 * const clients = clientAdministration(options);
 * const added = await clients.addClient({
 *   clientId: "our-app",
 *   metadata: { redirect_uris: ["https://app.example/callback"], token_endpoint_auth_method: "none" },
 *   administration: { tier: "first_party", owner: "team-web" },
 * });
 * ```
 * @throws MisuseError for a missing or invalid option, and for a stateless store
 */
export function clientAdministration(
  options: ClientRegistrationOptions,
  given: ClientAdministrationOptions = {},
): ClientAdministrationTools {
  requireKnownOptions("clientAdministration", given, [
    "revokeTokens",
    "readHistory",
  ] satisfies (keyof ClientAdministrationOptions)[]);
  const { revokeTokens = options.clientManagement?.revokeTokens, readHistory } = given;
  for (const [name, value] of Object.entries({ revokeTokens, readHistory })) {
    const isFunction = value === undefined || typeof value === "function";
    requireThat(isFunction, "ERR_OPTION", `clientAdministration: ${name} must be a function`);
  }
  const resolved = resolveOptions(options);
  requireThat(!isStateless(resolved.store), "ERR_OPTION", "store: a stateless store keeps no clients");
  const { record, delivery: auditDelivery } = auditRecorder(resolved.audit, resolved.onError);
  const config: AdministrationConfig = { ...resolved, record, ...(revokeTokens && { revokeTokens }) };
  return Object.freeze<ClientAdministrationTools>({
    addClient: async (client) => addClient(client, config),
    applyClients: async (clients) => applyClients(clients, config),
    inspectClient: async (clientId, history = {}) => inspectClient(clientId, history, config, readHistory),
    clientHistory: async (clientId, page = {}) => clientHistory(clientId, page, readHistory),
    administerClient: async (clientId, patch, given) => administerClient(clientId, patch, given, config),
    removeClient: async (clientId, given) => removeClient(clientId, given, config),
    purgeClients: async (query, given) => purgeClients(query, given, config),
    exportClients: (query, page) => exportClients(query, page, config),
    importClient: async (line) => importClient(line, config),
    auditDelivery,
  });
}
