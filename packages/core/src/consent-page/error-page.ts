import { html } from "./html.js";
import { localPage, pageResponse, type PageRequest } from "./html-page.js";
import type { ErrorPageText } from "./page-texts.js";

/** A page that ends a request, for the person in front of the browser. It repeats no word of the request. */
export function errorPage(
  kind: ErrorPageText,
  request: PageRequest,
  answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> },
): Response {
  const page = localPage(request);
  const { title, text } = page.texts.errors[kind];
  return pageResponse(
    page,
    {
      title,
      main: html`<h1>${title}</h1>
        <p>${text}</p>`,
    },
    answer,
  );
}
