import type { EndpointOperation } from "./endpoint-operation.js";
import type { Failure, Refusal } from "../failure.js";
import { clientInformationResponse } from "../registration-endpoint/client-information-response.js";
import type { Registration, RegistrationRequest, Served } from "../registration-endpoint/register-client.js";
import type { Steps } from "../lib/steps.js";
import { err, ok, type Result } from "../lib/result.js";
import { authenticateManagement, type AuthenticatedClient } from "./authenticate-management.js";
import { deleteClient } from "./delete-client.js";
import { updateClient, type ManagementConfig } from "./update-client.js";

const OPERATIONS = { read: readClient, update: updateClient, delete: deleteClient };

/**
 * What a client does with its own record, once it has shown its registration access token.
 *
 * @see RFC 7592 section 2 https://www.rfc-editor.org/rfc/rfc7592#section-2
 */
export function* manageClient(
  { name, clientId }: Exclude<EndpointOperation, { readonly name: "register" }>,
  request: RegistrationRequest,
  config: ManagementConfig,
): Steps<Result<Served, Refusal>> {
  const authenticated = yield* authenticateManagement(clientId, request, config);
  if (!authenticated.ok) return authenticated;
  const done = yield* OPERATIONS[name](authenticated.value, request, config);
  return done.ok ? done : err({ ...done.error, origin: authenticated.value.client.origin });
}

/**
 * Answers what is registered. Changes nothing, so that it can be repeated: the token stays, and the secret, of which
 * only the hash is kept, is not in the answer.
 *
 * @see RFC 7592 section 2.1 https://www.rfc-editor.org/rfc/rfc7592#section-2.1
 */
// A step like the other operations, though it waits for nothing.
function* readClient(
  { client, registrationAccessToken }: AuthenticatedClient,
  _: RegistrationRequest,
  config: ManagementConfig,
): Steps<Result<Registration, Failure>> {
  const response = clientInformationResponse(client, { registrationAccessToken }, config);
  return ok({ client, response, findings: [] });
}
