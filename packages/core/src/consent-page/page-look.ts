import { sha256 } from "@oslojs/crypto/sha2";
import { encodeBase64 } from "@oslojs/encoding";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { isScopeToken } from "../scope/scope.js";
import { PAGE_TEXTS } from "./languages/index.js";
import { PAGE_STYLE } from "./page-style.js";
import type { PageTexts } from "./page-texts.js";
import { themeVariables, type PageTheme } from "./page-theme.js";
import { requireTexts } from "./require-texts.js";

/** Options of `pageLook`. */
export interface PageLookOptions {
  /** Your service, as its users know it. */
  readonly brand?: {
    /** Its name. */
    readonly name: string;
    /** The path of its logo on this server, such as `/logo.svg`. Default: none. */
    readonly logo?: string;
  };
  /** Colours, corners and fonts. */
  readonly theme?: PageTheme;
  /** Texts in more languages, or other texts in the languages of `PAGE_TEXTS`, by language tag: `{ it: ITALIAN }`. */
  readonly languages?: Readonly<Record<string, PageTexts>>;
  /** The language for a browser that accepts none of the languages. Default: `en`. */
  readonly defaultLanguage?: string;
  /**
   * What each scope allows, in words that your users understand: one text, or one for each language tag. A scope without a text is
   * shown as its name.
   */
  readonly scopeDescriptions?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/** How the pages look, and their texts: what `pageLook` returned. */
export interface PageLook {
  /** Your service. */
  readonly brand: { readonly name: string; readonly logo?: string } | undefined;
  /** The texts by language tag. */
  readonly languages: ReadonlyMap<string, PageTexts>;
  /** The language for a browser that accepts none of the languages. */
  readonly defaultLanguage: string;
  /** The texts of each scope, by language tag. `*` is for every language. */
  readonly scopeDescriptions: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The style sheet. */
  readonly style: string;
  /** The source of `style-src` that allows it. */
  readonly styleSource: string;
}

/**
 * Sets how the consent page and the error pages look. Call it once, when the server starts.
 *
 * @example
 * ```ts
 * import { pageLook } from "@oauth-dcr/core/consent-page";
 *
 * export const look = pageLook({
 *   brand: { name: "Example Cloud", logo: "/logo.svg" },
 *   theme: { light: { accent: "#0a6b4f" }, radius: 6 },
 *   scopeDescriptions: {
 *     "files:read": { en: "See your files", de: "Ihre Dateien ansehen" },
 *     "files:write": { en: "Change and delete your files", de: "Ihre Dateien ändern und löschen" },
 *   },
 * });
 * ```
 * @throws MisuseError for an invalid option, a missing text, and colours whose contrast is too low
 */
export function pageLook(options: PageLookOptions = {}): PageLook {
  requireKnownOptions("pageLook", options, [
    "brand",
    "theme",
    "languages",
    "defaultLanguage",
    "scopeDescriptions",
  ] satisfies (keyof PageLookOptions)[]);
  const { brand, theme = {}, languages = {}, defaultLanguage = "en", scopeDescriptions = {} } = options;
  if (brand) requireBrand(brand);
  for (const [tag, texts] of Object.entries(languages)) requireTexts(tag, texts);
  const all = new Map<string, PageTexts>([...Object.entries(PAGE_TEXTS), ...Object.entries(languages)]);
  requireThat(
    all.has(defaultLanguage),
    CODE,
    `defaultLanguage: must be one of ${[...all.keys()].join(", ")}; add others by languages`,
  );
  const style = themeVariables(theme) + PAGE_STYLE;
  return Object.freeze<PageLook>({
    brand: brand && { ...brand },
    languages: all,
    defaultLanguage,
    scopeDescriptions: new Map(Object.entries(scopeDescriptions).map(describedScope)),
    style,
    styleSource: `'sha256-${encodeBase64(sha256(new TextEncoder().encode(style)))}'`,
  });
}

const CODE = "ERR_PAGE_LOOK";

function requireBrand(brand: NonNullable<PageLookOptions["brand"]>): void {
  requireKnownOptions("pageLook.brand", brand, ["name", "logo"]);
  const { name, logo } = brand;
  requireThat(typeof name === "string" && name.trim() !== "", CODE, "brand.name: must be a text");
  requireThat(
    logo === undefined || isLocalPath(logo),
    CODE,
    "brand.logo: must be a path on this server, such as /logo.svg: the page loads nothing from elsewhere",
  );
}

/** Whether a browser stays on this server with it. */
export function isLocalPath(path: unknown): path is string {
  return typeof path === "string" && /^\/(?![/\\])[\x21-\x7e]*$/.test(path);
}

function describedScope([scope, given]: readonly [string, unknown]): [string, Map<string, string>] {
  requireThat(isScopeToken(scope), CODE, `scopeDescriptions: ${JSON.stringify(scope)} is no scope`);
  const texts = new Map<string, unknown>(
    typeof given === "string" ? [["*", given]] : Object.entries(given ?? {}),
  );
  const isText =
    texts.size > 0 && [...texts.values()].every((text) => typeof text === "string" && text !== "");
  requireThat(
    isText,
    CODE,
    `scopeDescriptions[${JSON.stringify(scope)}]: must have a text for each language`,
  );
  return [scope, texts as Map<string, string>];
}
