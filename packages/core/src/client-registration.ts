import { auditRecorder, type AuditDelivery } from "./audit/audit-delivery.js";
import {
  changeRecorder,
  lifecycleEvent,
  tokenEvent,
  type AuditedChange,
  type LifecycleEventType,
} from "./audit/operator-events.js";
import { requestRecorder } from "./audit/request-recorder.js";
import { documentChangeRecorder, documentEvent } from "./audit/document-event.js";
import { findClient, type ClientLookupFailure } from "./client-authentication/find-client.js";
import type { Assessment } from "./client-metadata/assess-client-metadata.js";
import { explainClientMetadata } from "./client-metadata/explain-client-metadata.js";
import { consentView, type ConsentView } from "./consent/consent-view.js";
import {
  authenticateClient,
  type ClientAuthenticationFailure,
} from "./client-authentication/authenticate-client.js";
import type { TokenRequest } from "./client-authentication/presented-credentials.js";
import { rotateClientSecret, type RotatedClientSecret } from "./client-credentials/rotate-client-secret.js";
import { clientStatusChanges, type ClientStatusChanges } from "./administration/client-status-changes.js";
import { isEnabled } from "./store/standing.js";
import { clientListing, type ClientListing } from "./store/client-listing.js";
import { clientUseRecorder, type ClientUseRecorder } from "./lifecycle/record-client-use.js";
import { sweepClients, type Sweep } from "./lifecycle/sweep-clients.js";
import { manageClient } from "./client-configuration-endpoint/manage-client.js";
import type { EndpointOperation } from "./client-configuration-endpoint/endpoint-operation.js";
import type { CompleteServerMetadata } from "./discovery/authorization-server-metadata.js";
import { mergeServerMetadata } from "./discovery/merge-server-metadata.js";
import type { Failure, Refusal } from "./failure.js";
import { createFetchHandler, type FetchHandler } from "./http/fetch-handler.js";
import type { CacheUse } from "./lib/cache-use.js";
import { isJsonObject, type JsonObject } from "./lib/json.js";
import {
  registrationTokens,
  type InitialAccessTokens,
} from "./initial-access-token/initial-access-tokens.js";
import type { ClientRegistrationOptions } from "./configuration/options.js";
import {
  registerClient,
  type Registration,
  type RegistrationRequest,
  type Served,
} from "./registration-endpoint/register-client.js";
import { impliedRedirectUri } from "./redirect-uri/redirect-uri-policy.js";
import { resolveOptions } from "./configuration/resolve-options.js";
import { refuseMethod } from "./access/refuse-method.js";
import type { RequestContext } from "./access/request-context.js";
import type { Steps } from "./lib/steps.js";
import { err, ok, type Result } from "./lib/result.js";
import type { RegisteredClient } from "./store/records.js";

/** The client registration of one authorization server. */
export interface ClientRegistration extends ClientStatusChanges, ClientListing {
  /**
   * Serves the registration endpoint, the client configuration endpoint where clients manage themselves, and the
   * discovery document. Never rejects; any other path gets a 404.
   * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
   * @see RFC 7592 section 2 https://www.rfc-editor.org/rfc/rfc7592#section-2
   * @see RFC 8414 section 3 https://www.rfc-editor.org/rfc/rfc8414#section-3
   */
  readonly fetch: FetchHandler;
  /** Registers a client without HTTP. The same rules apply, and the same audit event is recorded. Never rejects. */
  registerClient(
    metadata: unknown,
    context?: RequestContext & { readonly initialAccessToken?: string },
  ): Promise<Result<Registration, Failure>>;
  /** Issues, lists, inspects and revokes initial access tokens, for protected registration. */
  readonly initialAccessTokens: InitialAccessTokens;
  /**
   * Judges a body by the metadata rules, without registering a client. Returns each error and warning with its member, rule and
   * specification. Without an error, it also returns the metadata that would be registered. Ignores software statements, the
   * constraints of tokens, and policies.
   */
  explainClientMetadata(metadata: unknown): Assessment;
  /**
   * Authenticates the client of a token request. Never rejects.
   * @see RFC 6749 section 2.3 https://www.rfc-editor.org/rfc/rfc6749#section-2.3
   */
  authenticateClient(request: TokenRequest): Promise<Result<RegisteredClient, ClientAuthenticationFailure>>;
  /**
   * Gives a client a new secret. The previous secret stays valid for `clientSecretGraceSeconds`. Returns `undefined` if the client
   * does not exist or has no secret. Rejects if the store fails.
   */
  rotateClientSecret(clientId: string): Promise<RotatedClientSecret | undefined>;
  /**
   * Records that a client was used. Makes the client active and extends its expiry. If you never call it, clients expire even when
   * they are in use.
   *
   * Call it with the result of `authenticateClient` or `findClient`, after each token that you issue. Store the new refresh token
   * before: `isClientInUse` alone keeps a client that has expired meanwhile.
   *
   * Resolves with `unusable` or `not_found` if the client was disabled, deleted or expired meanwhile. Resolves with `quota_exceeded`
   * if a metadata document may use a grant that needs no user, and its host or site has too many such clients. Withdraw the token
   * unless the result is `recorded`. Writes nothing while the last use is recent. Rejects if the store fails.
   */
  readonly recordClientUse: ClientUseRecorder;
  /**
   * Deletes clients that have expired and are not in use, and records an audit event for each. Call it from a timer or a cron job.
   * Rejects if the store or `isClientInUse` fails.
   *
   * `limit`: the most clients that one call deletes. Default 1,000.
   */
  sweepClients(options?: { readonly limit?: number }): Promise<Sweep>;
  /**
   * Finds a client by its `client_id`: a registered client, or the client of a metadata document. Returns a distinct error for each
   * case: unknown, expired, disabled, awaiting approval, store or document not available. Never rejects.
   */
  findClient(clientId: string): Promise<Result<RegisteredClient, ClientLookupFailure>>;
  /**
   * Whether the authorization endpoint may redirect to `uri` for this client. Judged by the policy of its registration. Give it the
   * client from `findClient`, which refuses expired clients. A client that is disabled or awaits approval is refused here too.
   * @see RFC 8252 section 7.3 https://www.rfc-editor.org/rfc/rfc8252#section-7.3
   */
  allowsRedirectUri(client: RegisteredClient, uri: string): boolean;
  /**
   * The redirect URI for the response to an authorization request. That is the `redirect_uri` of the request, if
   * `allowsRedirectUri` accepts it. Without one, it is the only registered URI. A loopback URI must be in the request, as only the
   * client knows its port. If the result is `undefined`, show an error page and do not redirect.
   * @see RFC 6749 section 3.1.2.3 https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.3
   */
  redirectUriFor(client: RegisteredClient, requested: string | null | undefined): string | undefined;
  /**
   * What a consent page must show: where the response goes, what is verified, what only the client itself says, and what to warn
   * of. Returns `undefined` if `allowsRedirectUri` refuses `redirectUri`.
   */
  consentView(client: RegisteredClient, redirectUri: string): ConsentView | undefined;
  /**
   * The discovery document. The registration enforces what it publishes.
   * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
   */
  readonly authorizationServerMetadata: CompleteServerMetadata;
  /**
   * Adds the members of this discovery document to one that your server publishes itself.
   * Throws a MisuseError for a document of another issuer, and for one with `signed_metadata`.
   * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
   */
  mergeServerMetadata(document: object): JsonObject;
  /** The state of the delivery of audit events, and how to finish it before the process ends. */
  readonly auditDelivery: AuditDelivery;
  /** How full its caches are: of client metadata documents, and of federation statements. Empty if it has neither. */
  readonly caches: readonly CacheUse[];
}

/**
 * Creates the client registration of an authorization server. It checks all options here, so that a wrong option never fails a
 * request.
 *
 * @example
 * ```ts
 * import { createClientRegistration, mcpPreset, openRegistration } from "@oauth-dcr/core";
 * import { memoryRateLimiter, memoryStore } from "@oauth-dcr/core/memory";
 *
 * export const registration = createClientRegistration({
 *   ...mcpPreset({ issuer: "https://as.example", scopes_supported: ["mcp:tools"] }),
 *   access: openRegistration({ rateLimiter: memoryRateLimiter({ limit: 20, windowSeconds: 3600 }) }),
 *   store: memoryStore(),
 *   audit: (event) => console.log(JSON.stringify(event)),
 * });
 * ```
 * @throws MisuseError for an option that is missing or makes no sense
 */
export function createClientRegistration(options: ClientRegistrationOptions): ClientRegistration {
  const config = resolveOptions(options);
  const { record, delivery: auditDelivery } = auditRecorder(config.audit, config.onError);
  const recorded = requestRecorder({ ...config, record });
  const audited = changeRecorder(record);
  const changed = <T>(type: LifecycleEventType, clientId: string, change: AuditedChange<T>): Promise<T> =>
    audited(lifecycleEvent(type, clientId, config.clock()), change);
  const managementConfig = config.management && { ...config, management: config.management };

  const caches: CacheUse[] = [];
  const watchCache = (cache: CacheUse): void => void caches.push(Object.freeze(cache));
  const documents = options.clientIdMetadataDocuments?.finder(
    { ...config, watchCache },
    (outcome) => record(documentEvent(outcome, config.clock())),
    documentChangeRecorder(record, config.clock),
  );
  const resolution = { ...config, ...(documents && { documents }) };

  const { redirectUrisClaim } = config.softwareStatements ?? {};
  const { isLookAlike, trust } = config;
  const consentRules = { ...config.rules, isLookAlike, redirectUrisClaim, ...(trust && { trust }) };

  function allowsRedirectUri(client: RegisteredClient, uri: string): boolean {
    return isEnabled(client) && config.rules.redirectUris.admits(client.metadata.redirect_uris ?? [], uri);
  }

  function perform(
    operation: EndpointOperation,
    request: RegistrationRequest,
  ): Steps<Result<Served, Refusal>> {
    if (operation.name === "register") return registerClient(request, config);
    if (!managementConfig) throw new Error("no way leads here where clients do not manage themselves");
    return manageClient(operation, request, managementConfig);
  }

  return Object.freeze<ClientRegistration>({
    fetch: createFetchHandler({
      ...config,
      ...(config.management && { managementOperations: config.management.operations }),
      ...(options.federation && {
        federation: options.federation.endpoint({ ...config, recorded, watchCache }),
      }),
      serve: (operation, request) =>
        recorded(operation, request.context, (eventsOf) => perform(operation, { ...request, eventsOf })),
      refuseMethod: (operation, context, allow) =>
        recorded(operation, context, () => refuseMethod(context, allow, config.access)),
    }),
    initialAccessTokens: registrationTokens({
      ...config,
      audited: async (what, id, change, by) => audited(tokenEvent(what, id, config.clock(), by), change),
    }),
    registerClient: async (metadata, { initialAccessToken: token, ...context } = {}) => {
      const submitted = isJsonObject(metadata) ? ok(metadata) : err<Failure>({ kind: "not_an_object" });
      const credentials =
        token === undefined ? ({ kind: "none" } as const) : ({ kind: "token", token } as const);
      const request = { context, credentials, readMetadata: () => submitted };
      return recorded({ name: "register" }, context, (eventsOf) =>
        registerClient({ ...request, eventsOf }, config),
      );
    },
    explainClientMetadata: (metadata) => explainClientMetadata(metadata, config.rules),
    authenticateClient: (request) => authenticateClient(request, resolution),
    rotateClientSecret: (id) =>
      changed("client_secret_rotated", id, async (events) => rotateClientSecret(id, config, events)),
    recordClientUse: clientUseRecorder(config, documents),
    ...clientStatusChanges(resolution, audited),
    sweepClients: async ({ limit = 1000 } = {}) =>
      sweepClients(limit, config, {
        eventOf: ({ clientId }) => lifecycleEvent("client_expired", clientId, config.clock()),
        record,
      }),
    ...clientListing(config),
    findClient: (clientId) => findClient(clientId, resolution),
    allowsRedirectUri,
    redirectUriFor: (client, requested) => {
      const uri = requested ?? impliedRedirectUri(config.rules.redirectUris, client.metadata.redirect_uris);
      return uri !== undefined && allowsRedirectUri(client, uri) ? uri : undefined;
    },
    consentView: (client, uri) =>
      allowsRedirectUri(client, uri) ? consentView(client, uri, consentRules) : undefined,
    authorizationServerMetadata: config.serverMetadata,
    mergeServerMetadata: (document) => mergeServerMetadata(document, config.serverMetadata),
    auditDelivery,
    caches: Object.freeze(caches),
  });
}
