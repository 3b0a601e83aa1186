import { ServerError } from "@modelcontextprotocol/sdk/server/auth/errors.js";
import type { OAuthClientInformationFull } from "@modelcontextprotocol/sdk/shared/auth.js";
import type { ClientRegistration, RegisteredClient } from "@oauth-dcr/core";

/** A client as the SDK wants it, with our record of it. It never has a secret: the SDK would compare it in clear. */
export interface KnownClient extends OAuthClientInformationFull {
  readonly registered: RegisteredClient;
}

/** `getClient` of the SDK's `OAuthRegisteredClientsStore`. */
export function clientLookup(registration: ClientRegistration) {
  return async (clientId: string): Promise<KnownClient | undefined> => {
    const found = await registration.findClient(clientId);
    if (found.ok) {
      const { redirect_uris = [] } = found.value.metadata;
      return { client_id: clientId, redirect_uris: [...redirect_uris], registered: found.value };
    }
    // "Nobody can say" is no "there is none": a client that hears of the latter throws its identifier away.
    if (found.error.kind === "unavailable") throw new ServerError("the client cannot be looked up");
    return undefined;
  };
}
