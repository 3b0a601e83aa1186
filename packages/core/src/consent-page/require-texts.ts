import { requireThat } from "../lib/misuse.js";
import { canonicalLanguageTag } from "../client-metadata/language-tag.js";
import { en } from "./languages/en.js";
import type { PageTexts } from "./page-texts.js";

/**
 * Checks a table of texts against the English one, for callers without types.
 *
 * @throws MisuseError for a text that is missing or unknown, and for a placeholder that is missing or unknown
 */
export function requireTexts(tag: string, texts: PageTexts): void {
  requireThat(
    canonicalLanguageTag(tag) === tag,
    CODE,
    `languages: ${JSON.stringify(tag)} must be a language tag, such as it or zh-Hant`,
  );
  compare(`languages.${tag}`, en, texts);
  const { direction } = texts;
  requireThat(["ltr", "rtl"].includes(direction), CODE, `languages.${tag}.direction: must be "ltr" or "rtl"`);
}

const CODE = "ERR_PAGE_TEXTS";

function compare(path: string, model: unknown, given: unknown): void {
  if (typeof model === "string") {
    requireThat(typeof given === "string" && given.trim() !== "", CODE, `${path}: must be a text`);
    requireThat(
      placeholders(given) === placeholders(model),
      CODE,
      `${path}: must have the placeholders ${placeholders(model) || "(none)"}`,
    );
    return;
  }
  requireThat(typeof given === "object" && given !== null, CODE, `${path}: must be an object of texts`);
  const names = Object.keys(model as object);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  requireThat(unknown === undefined, CODE, `${path}.${unknown}: there is no such text`);
  for (const name of names) {
    compare(`${path}.${name}`, (model as never)[name], (given as never)[name]);
  }
}

function placeholders(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g))].sort().join(" ");
}
