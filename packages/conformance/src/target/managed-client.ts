import { objectIn, isSuccess, type Answer } from "../http/answer.js";
import type { PoliteClient } from "../http/polite-client.js";
import { Skip } from "../skip.js";
import { headerSafe, type RegisteredClients } from "./registered-clients.js";

/** The client that is read, updated and deleted. */
export interface ManagedClient {
  readonly uri: string;
  readonly token: () => string;
  /** The metadata as registered, with the client_id: what an update has to send. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Sends one request to its configuration endpoint, with its token unless another `Authorization` is given. */
  readonly ask: (
    what: string,
    method: string,
    more?: { readonly body?: unknown; readonly authorization?: string | null; readonly uri?: string },
  ) => Promise<Answer>;
}

/** What a client must not send back: RFC 7592 section 2.2. */
const NOT_SENT = [
  "registration_access_token",
  "registration_client_uri",
  "client_secret",
  "client_secret_expires_at",
  "client_id_issued_at",
];

/** @throws Skip for a server without RFC 7592 */
export function managedClient(
  registered: Readonly<Record<string, unknown>>,
  client: PoliteClient,
  clients: RegisteredClients,
): ManagedClient {
  const { registration_client_uri: uri, registration_access_token: first } = registered;
  if (typeof uri !== "string" || typeof first !== "string" || !URL.canParse(uri)) {
    throw new Skip("the server offers no client configuration endpoint; RFC 7592 is optional");
  }
  let token = first;
  return {
    uri,
    token: () => token,
    metadata: Object.fromEntries(Object.entries(registered).filter(([name]) => !NOT_SENT.includes(name))),
    ask: async (what, method, { body, authorization, uri: otherUri } = {}) => {
      const sent = authorization === undefined ? `Bearer ${headerSafe(token)}` : authorization;
      const answer = await client.send({
        what,
        method,
        url: otherUri ?? uri,
        headers: {
          ...(sent !== null && { authorization: sent }),
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const { client_id: clientId, registration_access_token: renewed } = objectIn(answer);
      if (isSuccess(answer) && clientId === registered["client_id"] && typeof renewed === "string") {
        token = renewed;
        clients.renew(clientId, renewed);
      }
      return answer;
    },
  };
}
