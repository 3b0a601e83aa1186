import type { CompleteServerMetadata } from "../discovery/authorization-server-metadata.js";
import { refuseMethod } from "../access/refuse-method.js";
import type { RegistrationLimits } from "../access/registration-access.js";
import type { RequestContext } from "../access/request-context.js";
import type { RequestRecorder } from "../audit/request-recorder.js";
import type { Failure, Refusal } from "../failure.js";
import type { FederationConfig } from "../federation/federation-config.js";
import type { EntityRegistration, EntityRegistrationRequest } from "../federation/register-entity.js";
import type { EntityRequest } from "../federation/resolve-entity.js";
import type { JsonObject, JsonValue } from "../lib/json.js";
import type { Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import { NO_STORE, type EndpointAnswer } from "./endpoint-answer.js";
import { isEndOf, pathOf } from "./endpoint-paths.js";
import type { EndpointRequest } from "./endpoint-request.js";
import { failureAnswer } from "./failure-answer.js";
import type { EndpointHandler } from "./fetch-handler.js";
import { isCoded, mediaTypeOf, readBodyText } from "./read-json-object.js";

/** What the endpoint needs of the server. */
export interface FederationEndpointConfig extends FederationConfig {
  readonly serverMetadata: CompleteServerMetadata;
  readonly maxBodyBytes: number;
  readonly recorded: RequestRecorder;
}

/** The option `federation`, as `federationRegistration` of `@oauth-dcr/core/federation` makes it. */
export interface FederationRegistration {
  /** What the discovery document says of it. `createClientRegistration` calls it once, with the issuer. */
  readonly serverMetadata: (issuer: string) => JsonObject;
  /** `createClientRegistration` calls it once, with the rules and policies that judge entities too. */
  readonly endpoint: (config: FederationEndpointConfig) => EndpointHandler;
}

/** Where the endpoint is, and what it does. */
interface FederationEndpoint {
  readonly url: string;
  readonly limits: RegistrationLimits;
  readonly register: (request: EntityRegistrationRequest) => Steps<Result<EntityRegistration, Refusal>>;
}

const METHODS = "POST";
const CONFIGURATION = "application/entity-statement+jwt";
const TRUST_CHAIN = "application/trust-chain+json";
const SIGNED_ANSWER = {
  "content-type": "application/explicit-registration-response+jwt",
  "x-content-type-options": "nosniff",
  ...NO_STORE,
} as const;

/**
 * Answers requests for explicit registration. Servers send them and no pages, so that there is no CORS.
 *
 * @see OpenID Federation 1.0 section 12.2 https://openid.net/specs/openid-federation-1_0.html#section-12.2
 */
export function federationEndpoint(
  { url, limits, register }: FederationEndpoint,
  { recorded, maxBodyBytes }: FederationEndpointConfig,
): EndpointHandler {
  const path = new URL(url).pathname;
  const operation = { name: "register" } as const;

  return (request, context) => (isEndOf(path, pathOf(request.url)) ? answer(request, context) : undefined);

  async function answer(request: EndpointRequest, context: RequestContext): Promise<EndpointAnswer> {
    const outcome = await recorded<EntityRegistration>(operation, context, (eventsOf) => {
      if (request.method !== METHODS) return refuseMethod(context, METHODS, { limits });
      return register({
        context,
        eventsOf,
        readEntity: () => readEntity(request, context.parsedBody, maxBodyBytes),
        isAborted: () => request.signal.aborted,
      });
    });
    if (!outcome.ok) return failureAnswer(outcome.error);
    return { status: 200, headers: SIGNED_ANSWER, body: outcome.value.signed };
  }
}

/** @see OpenID Federation 1.0 section 12.2.1 https://openid.net/specs/openid-federation-1_0.html#section-12.2.1 */
async function readEntity(
  request: EndpointRequest,
  parsedBody: unknown,
  maxBytes: number,
): Promise<Result<EntityRequest, Failure>> {
  const mediaType = mediaTypeOf(request.headers.get("content-type"));
  if (mediaType !== CONFIGURATION && mediaType !== TRUST_CHAIN) {
    return err({ kind: "unsupported_media_type", taken: `${CONFIGURATION} or ${TRUST_CHAIN}` });
  }
  if (isCoded(request)) return err({ kind: "unsupported_content_encoding" });
  // A framework's parser may have read the body as JSON or as text.
  if (Array.isArray(parsedBody)) return entityRequest(parsedBody as JsonValue);
  const text = typeof parsedBody === "string" ? ok(parsedBody) : await readBodyText(request, maxBytes);
  if (!text.ok) return text;
  if (mediaType === CONFIGURATION) return ok({ configuration: text.value.trim(), above: [] });
  try {
    return entityRequest(JSON.parse(text.value) as JsonValue);
  } catch {
    return err({ kind: "malformed_json" });
  }
}

/** What is no chain is read as one without statements, which the endpoint refuses. */
function entityRequest(chain: JsonValue): Result<EntityRequest, Failure> {
  const [configuration, ...above] = Array.isArray(chain) ? (chain as readonly JsonValue[]) : [];
  return ok({ configuration: typeof configuration === "string" ? configuration : "", above });
}
