import { randomUUID } from "node:crypto";
import type { ClientRegistration, RegisteredClient } from "@oauth-dcr/core";
import { errors, Provider, type Adapter, type AdapterPayload, type Client } from "oidc-provider";

/** The member of oidc-provider's clients in which our record travels. */
export const RECORD = "registered";

/** oidc-provider wants a secret of whoever has one, and we have a hash. Nobody learns this one. */
const NO_SECRET = randomUUID();

export function recordOf(client: Client): RegisteredClient {
  return client[RECORD] as RegisteredClient;
}

/** 503: a client that reads `invalid_client` would throw a good identifier away. */
function unavailable(cause: unknown): Error {
  const error = new errors.TemporarilyUnavailable("the client cannot be looked up");
  return Object.assign(error, { cause, statusCode: 503 });
}

/** The members that oidc-provider needs. Not all: it would itself, and unguarded, fetch `jwks_uri` and the like. */
function payloadOf(record: RegisteredClient): AdapterPayload {
  const { clientId, metadata, clientSecretHash } = record;
  return {
    client_id: clientId,
    ...(clientSecretHash !== undefined && { client_secret: NO_SECRET }),
    redirect_uris: [...(metadata.redirect_uris ?? [])],
    grant_types: [...(metadata.grant_types ?? [])],
    response_types: [...(metadata.response_types ?? [])] as "code"[],
    application_type: metadata.application_type ?? "web",
    token_endpoint_auth_method: metadata.token_endpoint_auth_method as "none",
    // Not left out, which would mean every scope; an empty one oidc-provider refuses.
    scope: metadata.scope ?? "",
    [RECORD]: record,
  };
}

/** The server as oidc-provider's storage of clients: it finds, and nothing else. */
export function clientSource(registration: ClientRegistration): Adapter {
  const isOurs = () => Promise.reject(new Error("clients are registered at the server"));
  return {
    async find(clientId) {
      const found = await registration.findClient(clientId);
      if (found.ok) return payloadOf(found.value);
      if (found.error.kind === "unavailable") throw unavailable(found.error.cause);
      return undefined;
    },
    ...{ upsert: isOurs, destroy: isOurs, consume: isOurs, revokeByGrantId: isOurs },
    ...{ findByUid: isOurs, findByUserCode: isOurs },
  };
}

/** Replaces the two methods of oidc-provider's clients in which it would judge by itself what the server judges. */
export function judgeByRegistration(provider: Provider, registration: ClientRegistration): void {
  Object.assign(provider.Client.prototype, {
    redirectUriAllowed(this: Client, uri: string): boolean {
      return registration.allowsRedirectUri(recordOf(this), uri);
    },

    async compareClientSecret(this: Client, secret: string): Promise<boolean> {
      // The request as it came, since it is the whole of it that the server looks at: also by which method.
      const authorization = Provider.ctx?.headers.authorization;
      const form = { client_id: this.clientId, client_secret: secret };
      const parameters = new URLSearchParams(authorization === undefined ? form : {});
      const authenticated = await registration.authenticateClient({ authorization, parameters });
      if (authenticated.ok) return true;
      if (authenticated.error.kind === "unavailable") throw unavailable(authenticated.error.cause);
      return false;
    },
  });
}
