import { clientAuthenticationResponse } from "@oauth-dcr/core/http";
import type { RegisteredClient } from "@oauth-dcr/core";
import { registration } from "./managed.js";

/** Call this first at the token endpoint: it authenticates the client. Read the form once; you need it again later. */
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
