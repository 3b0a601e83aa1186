import { unknownClientPage } from "@oauth-dcr/core/http";
import type { ConsentView, RegisteredClient } from "@oauth-dcr/core";
import { registration } from "./registration.js";

export interface AuthorizationRequest {
  /** Its `requirements` say whether to insist on PKCE, and on consent each time; its `metadata.scope` what it may ask for. */
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly consent: ConsentView;
}

/** At the authorization endpoint, before anything is redirected: who asks, and what your consent page should show. */
export async function askedBy(parameters: URLSearchParams): Promise<AuthorizationRequest | Response> {
  const found = await registration.findClient(parameters.get("client_id") ?? "");
  if (!found.ok) return unknownClientPage(found.error);
  const client = found.value;
  // Undefined for an address that is not registered, and where the only one has to be named: on loopback.
  const redirectUri = registration.redirectUriFor(client, parameters.get("redirect_uri"));
  if (redirectUri === undefined) return unknownClientPage({ kind: "redirect_uri" });
  const consent = registration.consentView(client, redirectUri);
  return consent ? { client, redirectUri, consent } : unknownClientPage({ kind: "redirect_uri" });
}
