import { unknownClientPage, type ConsentView } from "@oauth-dcr/core";
import { registration } from "./registration.js";

/** At the authorization endpoint, before anything is redirected: who asks, and what your consent page should show. */
export async function askedBy(clientId: string, redirectUri: string): Promise<ConsentView | Response> {
  const client = await registration.findClient(clientId);
  if (!client.ok) return unknownClientPage(client.error);
  const consent = registration.consentView(client.value, redirectUri);
  return consent ?? unknownClientPage({ kind: "redirect_uri" });
}
