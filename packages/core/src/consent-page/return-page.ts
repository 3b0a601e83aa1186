import { html } from "./html.js";
import { localPage, pageResponse, type PageRequest } from "./html-page.js";

/**
 * Returns a page in place of a redirect to a private-use scheme that the user did not ask for, such as one with an error. A link from
 * a stranger must not start an application on the user's device. Status 400.
 *
 * @example
 * ```ts
 * import { returnPage } from "@oauth-dcr/core/consent-page";
 *
 * const response = returnPage("com.example.app:/callback?error=invalid_scope");
 * ```
 * @param url the target of the redirect: a redirect URI that `allowsRedirectUri` accepted, with the parameters of the response
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
