/** A longer header is cut, and of more languages only the first are looked at. */
const MOST_READ = 1000;
const MOST_LANGUAGES = 30;
/** A longer tag is that of no language. `Intl.Locale` takes long for one of a million characters. */
const LONGEST_TAG = 100;

/**
 * The best of the languages for an `Accept-Language` header. A tag stands for its language in its usual script: `zh-CN` is
 * `zh-Hans`. Where the script is not there, another of the language is better than another language.
 *
 * @see RFC 9110 section 12.5.4 https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4
 */
export function chooseLanguage(
  acceptLanguage: string | null | undefined,
  languages: readonly string[],
  fallback: string,
): string {
  for (const tag of wanted(acceptLanguage ?? "")) {
    const found = nearestLanguage(tag, languages);
    if (found !== undefined) return found;
  }
  return fallback;
}

/** The same language, in the same script if possible. `undefined` for a text that is no language tag. */
export function nearestLanguage(tag: string, languages: readonly string[]): string | undefined {
  if (tag.length > LONGEST_TAG) return undefined;
  const exact = languages.find((language) => language.toLowerCase() === tag.toLowerCase());
  const locale = exact === undefined ? localeOf(tag) : undefined;
  if (!locale) return exact;
  const alike = languages.filter((language) => localeOf(language)?.language === locale.language);
  return alike.find((language) => localeOf(language)?.script === locale.script) ?? alike[0];
}

/** The tags of the header, the most wanted first. */
function wanted(header: string): readonly string[] {
  return header
    .slice(0, MOST_READ)
    .split(",", MOST_LANGUAGES)
    .map((entry) => {
      const [tag = "", ...parameters] = entry.split(";").map((part) => part.trim());
      const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i.exec(parameters[0] ?? "q=1")?.[1] ?? "0";
      return { tag, weight: Number(weight) };
    })
    .filter(({ tag, weight }) => tag !== "*" && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return undefined;
  }
}
