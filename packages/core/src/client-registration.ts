import { auditEvent } from "./audit/audit-event.js";
import { recordAuditEvent } from "./audit/record-audit-event.js";
import { assessClientMetadata, type Assessment } from "./client-metadata/assess-client-metadata.js";
import { Findings } from "./client-metadata/finding.js";
import type { CompleteServerMetadata } from "./discovery/authorization-server-metadata.js";
import type { Failure } from "./failure.js";
import { createFetchHandler, type FetchHandler } from "./http/fetch-handler.js";
import { isJsonObject } from "./json.js";
import {
  initialAccessTokens,
  type InitialAccessTokens,
} from "./initial-access-token/initial-access-tokens.js";
import type { ClientRegistrationOptions } from "./options.js";
import {
  registerClient,
  type Registration,
  type RegistrationRequest,
} from "./registration-endpoint/register-client.js";
import { resolveOptions } from "./resolve-options.js";
import type { RequestContext } from "./request-context.js";
import { err, ok, type Result } from "./result.js";
import type { RegisteredClient } from "./store/registration-store.js";

/** The registration desk of one authorization server. */
export interface ClientRegistration {
  /**
   * Serves the registration endpoint and the discovery document. Never rejects; a path that is neither gets a 404.
   * @see RFC 7591 section 3 https://www.rfc-editor.org/rfc/rfc7591#section-3
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
   * What a registration of this body would find, without registering anything: every error and warning with its
   * member, rule and specification, and the metadata that would be registered if there is no error.
   */
  explainClientMetadata(metadata: unknown): Assessment;
  /** The registered client; `undefined` when there is none. Rejects when the store cannot say. */
  findClient(clientId: string): Promise<RegisteredClient | undefined>;
  /**
   * Whether the authorization endpoint may redirect to `uri` for this client, judged by the same policy as its
   * registration.
   * @see RFC 8252 section 7.3 https://www.rfc-editor.org/rfc/rfc8252#section-7.3
   */
  allowsRedirectUri(client: RegisteredClient, uri: string): boolean;
  /**
   * The discovery document: what is published and enforced.
   * @see RFC 8414 section 2 https://www.rfc-editor.org/rfc/rfc8414#section-2
   */
  readonly authorizationServerMetadata: CompleteServerMetadata;
}

/**
 * Builds the registration desk. Everything that can be wrong with the options is found here and not during a request.
 *
 * @throws MisuseError for an option that is missing or makes no sense
 */
export function createClientRegistration(options: ClientRegistrationOptions): ClientRegistration {
  const desk = resolveOptions(options);

  /** Runs the pipeline and records the one event that every request ends with. */
  async function register(request: RegistrationRequest): Promise<Result<Registration, Failure>> {
    const outcome = await registerClient(request, desk).catch((cause: unknown) =>
      err<Failure>({ kind: "defect", cause }),
    );
    record(outcome, request.context);
    return outcome;
  }

  function record(outcome: Result<Registration, Failure>, context: RequestContext): void {
    const event = auditEvent(outcome, context, desk.clock());
    if (!outcome.ok && "cause" in outcome.error) void desk.onError(outcome.error.cause, event);
    recordAuditEvent(event, desk.audit, desk.onError, context);
  }

  return Object.freeze<ClientRegistration>({
    fetch: createFetchHandler({
      ...desk,
      register,
      recordRefusal: (failure, context) => {
        record(err(failure), context);
      },
    }),
    initialAccessTokens: initialAccessTokens(desk),
    registerClient: (metadata, { initialAccessToken: token, ...context } = {}) => {
      const submitted = isJsonObject(metadata) ? ok(metadata) : err<Failure>({ kind: "not_an_object" });
      const credentials =
        token === undefined ? ({ kind: "none" } as const) : ({ kind: "token", token } as const);
      return register({ context, credentials, readMetadata: () => Promise.resolve(submitted) });
    },
    explainClientMetadata(metadata) {
      if (isJsonObject(metadata)) return assessClientMetadata(metadata, desk.rules);
      const findings = new Findings();
      findings.error("(body)", "metadata.object");
      return { findings: findings.all };
    },
    findClient: async (clientId) => desk.store.findClient(clientId),
    allowsRedirectUri: (client, uri) =>
      desk.rules.redirectUris.admits(client.metadata.redirect_uris ?? [], uri),
    authorizationServerMetadata: desk.serverMetadata,
  });
}
