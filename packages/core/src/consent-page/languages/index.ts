import type { PageTexts } from "../page-texts.js";
import { de } from "./de.js";
import { en } from "./en.js";
import { es } from "./es.js";
import { fr } from "./fr.js";
import { ja } from "./ja.js";
import { zhHans } from "./zh-hans.js";

/**
 * The texts of the pages in the languages that they have, by language tag. To change single texts, give `pageLook` a copy:
 * `{ en: { ...PAGE_TEXTS.en, allow: "Continue" } }`.
 *
 * @see RFC 5646 https://www.rfc-editor.org/rfc/rfc5646
 */
export const PAGE_TEXTS = { en, de, fr, es, ja, "zh-Hans": zhHans } as const satisfies Record<
  string,
  PageTexts
>;
