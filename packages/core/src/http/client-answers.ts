import type { ClientAuthenticationFailure } from "../client-authentication/authenticate-client.js";
import type { TokenRequest } from "../client-authentication/presented-credentials.js";
import type { ClientLookupFailure } from "../client-authentication/find-client.js";
import { jsonAnswer, NO_STORE, RETRY_AFTER_SECONDS, toResponse } from "./endpoint-answer.js";

const RETRY_AFTER = { "retry-after": String(RETRY_AFTER_SECONDS) };

/**
 * The token endpoint's answer to a client that was not authenticated: 401 `invalid_client`, which tells clients to register
 * again, and never why. 503 where nobody can say: a client that reads `invalid_client` throws a good identifier away.
 *
 * @example
 * ```ts
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { clientAuthenticationResponse } from "@oauth-dcr/core/http";
 *
 * declare const registration: ClientRegistration;
 *
 * async function tokenEndpoint(request: Request): Promise<Response> {
 *   const parameters = new URLSearchParams(await request.text());
 *   const authorization = request.headers.get("authorization");
 *   const client = await registration.authenticateClient({ authorization, parameters });
 *   if (!client.ok) return clientAuthenticationResponse(client.error, { authorization });
 *   return Response.json({ client_id: client.value.clientId });
 * }
 * ```
 * @see RFC 6749 section 5.2 https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function clientAuthenticationResponse(
  failure: ClientAuthenticationFailure,
  { authorization }: Pick<TokenRequest, "authorization">,
): Response {
  if (failure.kind === "unavailable") {
    return toResponse(jsonAnswer(503, { error: "temporarily_unavailable" }, RETRY_AFTER));
  }
  // In the scheme that was tried. A browser would ask its user for a password where none was.
  const challenge = authorization ? { "www-authenticate": 'Basic realm="token"' } : undefined;
  return toResponse(
    jsonAnswer(
      401,
      { error: "invalid_client", error_description: "the client is unknown or did not authenticate" },
      challenge,
    ),
  );
}

/**
 * The authorization endpoint's answer where `findClient` answered an error, or `allowsRedirectUri` no: a plain page for the
 * person in front of the browser. Nobody is redirected and no word of the request is repeated, as whoever made the link
 * may be an attacker. 503 where nobody can say, and 400 for the rest.
 *
 * @example
 * ```ts
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { unknownClientPage } from "@oauth-dcr/core/http";
 *
 * declare const registration: ClientRegistration;
 *
 * async function authorizationEndpoint(clientId: string, redirectUri: string): Promise<Response> {
 *   const found = await registration.findClient(clientId);
 *   if (!found.ok) return unknownClientPage(found.error);
 *   if (!registration.allowsRedirectUri(found.value, redirectUri)) return unknownClientPage({ kind: "redirect_uri" });
 *   return new Response("ask the user");
 * }
 * ```
 * @see RFC 6749 section 4.1.2.1 https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 * @see RFC 9700 section 4.11.2 https://www.rfc-editor.org/rfc/rfc9700#section-4.11.2
 */
export function unknownClientPage(
  failure: ClientLookupFailure | { readonly kind: "redirect_uri" },
): Response {
  const { status, title, text } = PAGES[failure.kind];
  return new Response(pageOf(title, text), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...NO_STORE,
      ...(status === 503 && RETRY_AFTER),
    },
  });
}

const UNKNOWN = {
  status: 400,
  title: "Unknown application",
  text: "The application that sent you here is not known to this server, or no longer. Remove its connection there and connect again.",
} as const;

const NOT_ALLOWED = {
  status: 400,
  title: "Application not allowed",
  text: "The application that sent you here may not be used at the moment. Ask who runs this server.",
} as const;

const PAGES = {
  unknown_client: UNKNOWN,
  expired_client: UNKNOWN,
  refused_document: UNKNOWN,
  awaiting_approval: NOT_ALLOWED,
  disabled: NOT_ALLOWED,
  no_scope_left: NOT_ALLOWED,
  redirect_uri: {
    status: 400,
    title: "Unknown address",
    text: "The application that sent you here wants you to be sent on to an address that it has not registered. You stay here, for your safety.",
  },
  unavailable: {
    status: 503,
    title: "Try again",
    text: "This server cannot look the application up at the moment. Try again in a while.",
  },
} as const satisfies Record<ClientLookupFailure["kind"] | "redirect_uri", object>;

function pageOf(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;
}
