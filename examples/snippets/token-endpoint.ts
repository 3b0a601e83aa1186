import { clientAuthenticationResponse } from "@oauth-dcr/core/http";
import type { RegisteredClient } from "@oauth-dcr/core";
import { registration } from "./managed.js";

/** At the token endpoint, before anything else: which client is this? You read the form once, and need it again. */
export async function clientOf(
  request: Request,
  form: URLSearchParams,
): Promise<RegisteredClient | Response> {
  const tokenRequest = { authorization: request.headers.get("authorization"), parameters: form };
  const authenticated = await registration.authenticateClient(tokenRequest);
  return authenticated.ok
    ? authenticated.value
    : clientAuthenticationResponse(authenticated.error, tokenRequest);
}
