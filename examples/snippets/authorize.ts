import { registration } from "./registration.js";

/** At the authorization endpoint, before anything is shown or redirected. */
export async function mayRedirect(clientId: string, redirectUri: string): Promise<boolean> {
  const client = await registration.findClient(clientId);
  return client !== undefined && registration.allowsRedirectUri(client, redirectUri);
}
