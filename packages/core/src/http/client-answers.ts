import type { ClientAuthenticationFailure } from "../client-authentication/authenticate-client.js";
import type { TokenRequest } from "../client-authentication/presented-credentials.js";
import type { ClientLookupFailure } from "../client-authentication/find-client.js";
import { errorPage } from "../consent-page/error-page.js";
import type { PageRequest } from "../consent-page/html-page.js";
import type { ErrorPageText } from "../consent-page/page-texts.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { jsonAnswer, RETRY_AFTER_SECONDS, toResponse } from "./endpoint-answer.js";

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
 * The page that the authorization endpoint returns if `findClient` fails or `allowsRedirectUri` returns `false`, in the language of the
 * user. The author of the link may be an attacker, so the page does not redirect, and repeats no text of the request. The status is
 * 503 if the client cannot be looked up, and 400 otherwise.
 *
 * `page_expired` is for the form of a consent page that has expired, or that another user sent.
 *
 * @example
 * ```ts
 * import type { ClientRegistration } from "@oauth-dcr/core";
 * import { unknownClientPage } from "@oauth-dcr/core/http";
 *
 * declare const registration: ClientRegistration;
 *
 * async function authorizationEndpoint(request: Request, clientId: string, redirectUri: string): Promise<Response> {
 *   const page = { acceptLanguage: request.headers.get("accept-language") };
 *   const found = await registration.findClient(clientId);
 *   if (!found.ok) return unknownClientPage(found.error, page);
 *   if (!registration.allowsRedirectUri(found.value, redirectUri)) return unknownClientPage({ kind: "redirect_uri" }, page);
 *   return new Response("ask the user");
 * }
 * ```
 * @param page the language and look. Default: English, without a brand
 * @see RFC 6749 section 4.1.2.1 https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 * @see RFC 9700 section 4.11.2 https://www.rfc-editor.org/rfc/rfc9700#section-4.11.2
 */
export function unknownClientPage(
  failure: ClientLookupFailure | { readonly kind: "redirect_uri" | "page_expired" },
  page: PageRequest = {},
): Response {
  requireKnownOptions("unknownClientPage", page, ["acceptLanguage", "language", "look"]);
  return failure.kind === "unavailable"
    ? errorPage("unavailable", page, { status: 503, headers: RETRY_AFTER })
    : errorPage(PAGES[failure.kind], page, { status: 400 });
}

const PAGES = {
  unknown_client: "unknown_client",
  expired_client: "unknown_client",
  refused_document: "unknown_client",
  awaiting_approval: "not_allowed",
  disabled: "not_allowed",
  no_scope_left: "not_allowed",
  redirect_uri: "unknown_redirect_uri",
  page_expired: "page_expired",
} as const satisfies Record<
  Exclude<ClientLookupFailure["kind"], "unavailable"> | "redirect_uri" | "page_expired",
  ErrorPageText
>;
