import { html } from "./html.js";
import { localPage, pageResponse, type PageRequest } from "./html-page.js";

/**
 * In place of a redirect to an application's own scheme that no user has asked for, such as with an error: whoever is sent here by a
 * stranger's link must not have an application started by it. Status 400.
 *
 * @example
 * ```ts
 * import { returnPage } from "@oauth-dcr/core/consent-page";
 *
 * const response = returnPage("com.example.app:/callback?error=invalid_scope");
 * ```
 * @param url where the redirect would lead: a redirect URI that `allowsRedirectUri` let through, with the parameters of the response
 * @see RFC 9700 section 4.11.2 https://www.rfc-editor.org/rfc/rfc9700#section-4.11.2
 */
export function returnPage(url: string, request: PageRequest = {}): Response {
  const page = localPage(request);
  const { refused, goBack } = page.texts;
  const main = html`<h1>${refused.title}</h1>
    <p>${refused.text}</p>
    <p><a href="${url}" class="button" rel="noreferrer">${goBack}</a></p>`;
  return pageResponse(page, { title: refused.title, main }, { status: 400 });
}
