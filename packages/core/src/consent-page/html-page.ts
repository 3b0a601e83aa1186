import { requireThat } from "../lib/misuse.js";
import { chooseLanguage, nearestLanguage } from "./choose-language.js";
import { Html, html } from "./html.js";
import { PAGE_TEXTS } from "./languages/index.js";
import { pageLook, type PageLook } from "./page-look.js";
import type { PageTexts } from "./page-texts.js";

/** In which language a page is, and how it looks. */
export interface PageRequest {
  /** The `Accept-Language` header of the browser's request. */
  readonly acceptLanguage?: string | null | undefined;
  /** The language tag that the user has chosen with you. It counts before `acceptLanguage`. */
  readonly language?: string | undefined;
  /** What `pageLook` returned. Default: the look without a brand. */
  readonly look?: PageLook | undefined;
}

/** A page in the language of its reader. */
export interface LocalPage {
  readonly look: PageLook;
  readonly language: string;
  readonly texts: PageTexts;
}

let plain: PageLook | undefined;

/** The language and look of a page. */
export function localPage({ acceptLanguage, language, look }: PageRequest): LocalPage {
  const known = look ?? (plain ??= pageLook());
  // Options of `pageLook` in its place would show a page without a style.
  requireThat(Object.hasOwn(known, "styleSource"), "ERR_PAGE_LOOK", "look: must be what pageLook() returned");
  const tags = [...known.languages.keys()];
  const chosen =
    (language === undefined ? undefined : nearestLanguage(language, tags)) ??
    chooseLanguage(acceptLanguage, tags, known.defaultLanguage);
  // Each of the tags is a key of the map, and so is the default.
  return { look: known, language: chosen, texts: known.languages.get(chosen) ?? PAGE_TEXTS.en };
}

/**
 * The answer with a page: no script, no frame around it, nothing loaded but images of this server, and in no cache.
 *
 * @see Content Security Policy Level 3 https://www.w3.org/TR/CSP3/
 */
export function pageResponse(
  { look, language, texts }: LocalPage,
  page: { readonly title: string; readonly main: Html; readonly hasForm?: boolean },
  answer: { readonly status: number; readonly headers?: Readonly<Record<string, string>> } = { status: 200 },
): Response {
  const { brand, style, styleSource } = look;
  const title = brand ? `${page.title} – ${brand.name}` : page.title;
  const document = html`<!doctype html>
    <html lang="${language}" dir="${texts.direction}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <div class="page">
          ${brand && html`<header class="brand">${brand.logo !== undefined && html`<img src="${brand.logo}" alt="" />`}<span>${brand.name}</span></header>`}
          <main class="card">${page.main}</main>
        </div>
      </body>
    </html> `;
  const policy = [
    "default-src 'none'",
    `style-src ${styleSource}`,
    "img-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    // Chromium applies it to each redirect after the form, also to those of the client's own server. See decision 62.
    ...(page.hasForm ? [] : ["form-action 'none'"]),
  ];
  return new Response(document.markup, {
    status: answer.status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": language,
      "content-security-policy": policy.join("; "),
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      // `no-referrer` would make the form send `Origin: null`, and guards against forgery look at it.
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
      pragma: "no-cache",
      ...answer.headers,
    },
  });
}
