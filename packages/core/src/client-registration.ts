import { auditRecorder, type AuditDelivery } from "./audit/audit-delivery.js";
import {
  changeRecorder,
  lifecycleEvent,
  tokenEvent,
  type AuditedChange,
  type LifecycleEventType,
} from "./audit/operator-events.js";
import { requestRecorder } from "./audit/request-recorder.js";
import { documentEvent } from "./audit/document-event.js";
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
  /** Registers a client without HTTP, by the same steps and with the same audit event. Never rejects. */
  registerClient(
    metadata: unknown,
    context?: RequestContext & { readonly initialAccessToken?: string },
  ): Promise<Result<Registration, Failure>>;
  /** Who may register where registration is protected: issue, list, inspect and revoke their tokens. */
  readonly initialAccessTokens: InitialAccessTokens;
  /**
   * What the metadata rules find in this body, without registering anything: every error and warning with its member,
   * rule and specification, and what would be left of the metadata if there is no error. A software statement, a
   * token's constraints and policies are not looked at.
   */
  explainClientMetadata(metadata: unknown): Assessment;
  /**
   * Finds out which client sends a token request. Never rejects.
   * @see RFC 6749 section 2.3 https://www.rfc-editor.org/rfc/rfc6749#section-2.3
   */
  authenticateClient(request: TokenRequest): Promise<Result<RegisteredClient, ClientAuthenticationFailure>>;
  /**
   * Gives a client a new secret; the one before is taken for `clientSecretGraceSeconds`. `undefined` for a client that is
   * not there or has none. Rejects when the store cannot answer.
   */
  rotateClientSecret(clientId: string): Promise<RotatedClientSecret | undefined>;
  /**
   * Records that a client was used: to be called with what `authenticateClient` or `findClient` answered, after each token
   * that was issued to it: when the new refresh token is stored, as a client that has expired is kept by `isClientInUse`
   * alone. Activates and renews it. `unusable` and `not_found` tell that it ended meanwhile. Costs nothing
   * while an earlier use is recent. Rejects when the store cannot answer.
   */
  readonly recordClientUse: ClientUseRecorder;
  /**
   * Deletes clients that have expired and are not in use, at most `limit` (default 1,000) at a time, with an audit event
   * each. To be called from a timer or a cron job. Rejects when the store or `isClientInUse` cannot answer.
   */
  sweepClients(options?: { readonly limit?: number }): Promise<Sweep>;
  /**
   * The client of a client_id: registered, or known by the document that a URL leads to. An error tells whether there is
   * none, nothing may be done for it, or nobody can say at the moment. Never rejects.
   */
  findClient(clientId: string): Promise<Result<RegisteredClient, ClientLookupFailure>>;
  /**
   * Whether the authorization endpoint may redirect to `uri` for this client, judged by the same policy as its
   * registration. Give it what `findClient` answered, which knows whether the client has expired; one that is held or
   * disabled is refused here too.
   * @see RFC 8252 section 7.3 https://www.rfc-editor.org/rfc/rfc8252#section-7.3
   */
  allowsRedirectUri(client: RegisteredClient, uri: string): boolean;
  /**
   * Where the answer to an authorization request goes: to the `redirect_uri` of the request where `allowsRedirectUri` says
   * yes, or to the only registered one where the request names none. `undefined` where there is no such URI: show a page,
   * and redirect nobody. A loopback URI has to be named, as nobody else knows the port.
   * @see RFC 6749 section 3.1.2.3 https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.3
   */
  redirectUriFor(client: RegisteredClient, requested: string | null | undefined): string | undefined;
  /**
   * What a consent page should show before a user lets `client` have an answer at `redirectUri`: where that goes, what is
   * verified and what the client only says of itself, and what to warn of. `undefined` where `allowsRedirectUri` says no.
   */
  consentView(client: RegisteredClient, redirectUri: string): ConsentView | undefined;
  /**
   * The discovery document: what is published and enforced.
   * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
   */
  readonly authorizationServerMetadata: CompleteServerMetadata;
  /**
   * A discovery document that your server has already, with this one's members in it: for a server that publishes its own.
   * Throws a MisuseError for the document of another issuer, and for one with `signed_metadata`.
   * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
   */
  mergeServerMetadata(document: object): JsonObject;
  /** How the delivery of audit events stands, and what to call before the process ends. */
  readonly auditDelivery: AuditDelivery;
}

/**
 * Builds the registration of an authorization server. Everything that can be wrong with the options is found here and not during a request.
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

  const documents = options.clientIdMetadataDocuments?.finder(
    config,
    (outcome) => record(documentEvent(outcome, config.clock())),
    (clientId) => record(lifecycleEvent("client_document_changed", clientId, config.clock())),
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
      ...(options.federation && { federation: options.federation.endpoint({ ...config, recorded }) }),
      serve: (operation, request) =>
        recorded(operation, request.context, (eventsOf) => perform(operation, { ...request, eventsOf })),
      refuseMethod: (operation, context, allow) =>
        recorded(operation, context, () => refuseMethod(context, allow, config.access)),
    }),
    initialAccessTokens: registrationTokens({
      ...config,
      audited: async (what, id, change) => audited(tokenEvent(what, id, config.clock()), change),
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
  });
}
