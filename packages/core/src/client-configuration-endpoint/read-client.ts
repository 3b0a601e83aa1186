import type { Failure } from "../failure.js";
import type { Registration, RegistrationRequest } from "../registration-endpoint/register-client.js";
import {
  clientInformationResponse,
  type ResponseConfig,
} from "../registration-endpoint/client-information-response.js";
import type { Steps } from "../lib/steps.js";
import { ok, type Result } from "../lib/result.js";
import type { AuthenticatedClient } from "./authenticate-management.js";

/**
 * Answers what is registered. Changes nothing, so that it can be repeated: the token stays, and the secret, of which
 * only the hash is kept, is not in the answer.
 *
 * @see RFC 7592 section 2.1 https://www.rfc-editor.org/rfc/rfc7592#section-2.1
 */
// A step like the other operations, though it waits for nothing.
export function* readClient(
  { client, registrationAccessToken }: AuthenticatedClient,
  _: RegistrationRequest,
  config: ResponseConfig,
): Steps<Result<Registration, Failure>> {
  const response = clientInformationResponse(client, { registrationAccessToken }, config);
  return ok({ client, response, findings: [] });
}
