import type { ClientAssertionVerifier } from "./client-assertion-verifier.js";
import type {
  ClientAuthenticationMethod,
  ClientAuthenticationProblem,
} from "./client-authentication-method.js";
import { clientSecretStanding } from "../client-credentials/client-secret.js";
import { isUnavailable } from "../json-web-token/json-web-token-problem.js";
import { clientHindrance, type ClientHindrance, type LookupConfig } from "./find-client.js";
import { resolveClient } from "./resolve-client.js";
import type { ClientMetadataRules } from "../client-metadata/assess-client-metadata.js";
import { nowSeconds } from "../lib/clock.js";
import { runSteps, wait, type Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import type { RegisteredClient } from "../store/records.js";
import {
  readPresentedCredentials,
  type PresentationProblem,
  type TokenRequest,
} from "./presented-credentials.js";

/** Why a client was not authenticated. */
export type ClientAuthenticationFailure =
  /** Answer 401 `invalid_client`, and do not tell the reason. */
  | {
      readonly kind: "invalid_client";
      readonly reason:
        | PresentationProblem
        | "unknown_client"
        | "refused_document"
        | ClientHindrance
        /** Another method than the one that was registered, or one that nothing here can judge. */
        | "method"
        | "wrong_secret"
        | "expired_secret"
        | ClientAuthenticationProblem;
      readonly clientId?: string;
    }
  /** Answer 503: clients throw good identifiers away when they read `invalid_client`. */
  | { readonly kind: "unavailable"; readonly cause: unknown };

/**
 * Finds out which client sends a token request: by `client_secret_basic`, `client_secret_post`, `private_key_jwt`, or,
 * for a public client, by its identifier alone; and by the methods that the operator added. A client has the one method that
 * it registered. Never rejects.
 *
 * @see RFC 6749 section 2.3 https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 */
export async function authenticateClient(
  request: TokenRequest,
  config: AuthenticationConfig,
): Promise<Result<RegisteredClient, ClientAuthenticationFailure>> {
  try {
    return await runSteps(authenticate(request, config));
  } catch (cause) {
    return err({ kind: "unavailable", cause });
  }
}

interface AuthenticationConfig extends LookupConfig {
  readonly rules: Pick<ClientMetadataRules, "supported">;
  /** Missing where no client uses `private_key_jwt`. */
  readonly clientAssertions?: ClientAssertionVerifier;
  readonly authenticationMethods?: readonly ClientAuthenticationMethod[];
}

function* authenticate(
  request: TokenRequest,
  config: AuthenticationConfig,
): Steps<Result<RegisteredClient, ClientAuthenticationFailure>> {
  const now = nowSeconds(config.clock);
  const { authenticationMethods = [] } = config;
  const presented = readPresentedCredentials(request, authenticationMethods);
  if (!presented.ok) return err({ kind: "invalid_client", reason: presented.error });
  const { clientId, method } = presented.value;
  const refused = (reason: InvalidClient["reason"]) =>
    err<ClientAuthenticationFailure>({ kind: "invalid_client", reason, clientId });

  const found = yield* resolveClient(clientId, config);
  const failure = found.ok ? undefined : found.error;
  if (failure?.kind === "unavailable") return err(failure);
  // For an unknown client too: identifiers are no secret, but what costs nothing to hide is hidden.
  const standing =
    "secret" in presented.value
      ? clientSecretStanding(presented.value.secret, found.ok ? found.value : {}, now)
      : "good";
  if (!found.ok) return refused(failure?.kind ?? "unknown_client");
  const client = found.value;
  const registered = client.metadata.token_endpoint_auth_method;
  // A certificate or an attestation may come beside other credentials, and is then not what authenticates the client.
  const added = authenticationMethods.find(
    ({ name, assertionType = "none" }) => name === registered && assertionType === method,
  );
  if (!added && registered !== method) return refused("method");
  if (standing !== "good") return refused(standing === "wrong" ? "wrong_secret" : "expired_secret");
  // Before anything is fetched for it: nobody looked at its jwks_uri yet.
  const hindrance = yield* clientHindrance(client, config);
  if (hindrance) return refused(hindrance);
  let verified: Awaited<ReturnType<ClientAuthenticationMethod["verify"]>> = ok(undefined);
  if (added) {
    verified = yield* wait(added.verify(request, client, now));
  } else if ("assertion" in presented.value) {
    if (!config.clientAssertions) return refused("method");
    const { assertion } = presented.value;
    const admitted = config.rules.supported.token_endpoint_auth_signing_alg_values_supported ?? [];
    verified = yield* wait(config.clientAssertions.verify(assertion, client, admitted, now));
  }
  if (verified.ok) return ok(client);
  const { reason, cause } = verified.error;
  return isUnavailable(reason) ? err({ kind: "unavailable", cause: cause ?? reason }) : refused(reason);
}

type InvalidClient = Extract<ClientAuthenticationFailure, { kind: "invalid_client" }>;
