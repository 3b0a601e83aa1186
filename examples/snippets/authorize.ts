import { unknownClientPage } from "@oauth-dcr/core/http";
import type { ConsentView, RegisteredClient } from "@oauth-dcr/core";
import { registration } from "./registration.js";

export interface AuthorizationRequest {
  /** `requirements` say whether to require PKCE, and consent each time. `metadata.scope` lists the scopes it may request. */
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly consent: ConsentView;
}

/** Call this at the authorization endpoint before any redirect. Returns the client and what your consent page shows. */
export async function askedBy(parameters: URLSearchParams): Promise<AuthorizationRequest | Response> {
  const found = await registration.findClient(parameters.get("client_id") ?? "");
  if (!found.ok) return unknownClientPage(found.error);
  const client = found.value;
  // Undefined if the URI is not registered, or if the request names none and the only registered one is on loopback.
  const redirectUri = registration.redirectUriFor(client, parameters.get("redirect_uri"));
  if (redirectUri === undefined) return unknownClientPage({ kind: "redirect_uri" });
  const consent = registration.consentView(client, redirectUri);
  return consent ? { client, redirectUri, consent } : unknownClientPage({ kind: "redirect_uri" });
}
