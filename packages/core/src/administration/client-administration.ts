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
import { administerClient, type ClientAdministrationPatch } from "./administer-client.js";
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
import { removeClient } from "./remove-client.js";

/** What an operator does with clients, beside what `ClientRegistration` offers to the server itself. */
export interface ClientAdministrationTools {
  /**
   * Adds a client with an identifier of the operator's choice, by the rules and policies of a registration. It does not
   * expire. Rejects when the store cannot answer, and with a MisuseError for an identifier that cannot be one.
   */
  readonly addClient: (client: StaticClient) => Promise<AddedClient>;
  /**
   * Adds the clients that are not there, and changes those that are there and differ, in their order. A second call with the
   * same list changes nothing. A client that another source has registered is not changed. Rejects as `addClient` does.
   */
  readonly applyClients: (clients: readonly StaticClient[]) => Promise<readonly AppliedClient[]>;
  /**
   * A client, whatever its standing: its record, why it was accepted, what the rules of today find, and its history, by
   * default the newest 100 events. `undefined` when there is no such client. Rejects when the store or the log cannot answer,
   * and with a MisuseError for an option that makes no sense.
   */
  readonly inspectClient: (
    clientId: string,
    history?: ClientHistoryRequest,
  ) => Promise<InspectedClient | undefined>;
  /**
   * What happened to a client that may be gone: a page of its audit events, the newest first, by default at most 100. Rejects
   * as `inspectClient` does.
   */
  readonly clientHistory: (clientId: string, page?: ClientHistoryRequest) => Promise<ClientHistory>;
  /**
   * Changes what the operator says about a client: a member of the patch that is `null` is said no more, and one that is left
   * out stays. `undefined` when there is no such client, or it has another version. Rejects when the store cannot answer, and
   * with a MisuseError for a member that makes no sense.
   */
  readonly administerClient: (
    clientId: string,
    patch: ClientAdministrationPatch,
    options?: { readonly version?: number },
  ) => Promise<RegisteredClient | undefined>;
  /**
   * Disables a client, revokes its tokens by `revokeTokens`, and deletes its record. `false` when there is none. One that is
   * known by its document comes back with its next request: disable it instead. Rejects when the store cannot answer or the
   * tokens cannot be revoked; then the client stays, disabled.
   */
  readonly removeClient: (clientId: string, options?: { readonly reason?: string }) => Promise<boolean>;
  /**
   * Removes the clients that meet the query, at most `limit` (default 100). Unless `isDryRun` is false it only tells which.
   * Rejects as `removeClient` does.
   */
  readonly purgeClients: (query: ClientQuery, options?: PurgeOptions) => Promise<Purge>;
  /** Each client that meets the query as a line of JSON, with hashes of its secrets. Throws when the store cannot answer. */
  readonly exportClients: (query?: ClientQuery, page?: Partial<ClientPageRequest>) => AsyncGenerator<string>;
  /**
   * Adds a client from a line of `exportClients`, as it was. Its metadata is judged by the rules of today. Rejects when the
   * store cannot answer.
   */
  readonly importClient: (line: string) => Promise<ImportOutcome>;
  /** How the delivery of audit events stands, and what to call before the process ends. */
  readonly auditDelivery: AuditDelivery;
}

/** Options of `clientAdministration`. */
export interface ClientAdministrationOptions {
  /**
   * Revokes every grant and token of a client that is removed. Runs when the client is disabled, before its record goes.
   * Default: that of `clientManagement`. Without any, no client can be removed.
   */
  readonly revokeTokens?: (client: RegisteredClient) => Awaitable<void>;
  /**
   * Reads the audit events of a client: `readClientHistory` of the audit log in a database. Default: no history can be read.
   */
  readonly readHistory?: ReadClientHistory;
}

/**
 * The operator's tools for the clients of a registration server: build it from the same options, on the same store.
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
 * @throws MisuseError for an option that is missing or makes no sense, and for a store that keeps no clients
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
