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
  const [only, ...others] = client.metadata.redirect_uris ?? [];
  // Who has registered one address need not name it.
  const redirectUri = parameters.get("redirect_uri") ?? (others.length === 0 ? only : undefined) ?? "";
  // Undefined where allowsRedirectUri says no.
  const consent = registration.consentView(client, redirectUri);
  return consent ? { client, redirectUri, consent } : unknownClientPage({ kind: "redirect_uri" });
}
