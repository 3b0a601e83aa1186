import { latinLookAlike } from "./confusable-letters.js";

// One letter stands for all that look alike: i for l, 1 and |, and so on. Digits are letters to whoever reads fast.
const DIGITS: Readonly<Record<string, string>> = {
  0: "o",
  1: "i",
  3: "e",
  4: "a",
  5: "s",
  7: "t",
  8: "b",
  l: "i",
};
const SIGNS: Readonly<Record<string, string>> = {
  $: "s",
  "@": "a",
  "!": "i",
  "|": "i",
  "+": "t",
  "(": "c",
  "\u20ac": "e",
  "\u00a2": "c",
  "\u00a5": "y",
};
const SIGN = /[$@!|+(\u20ac\u00a2\u00a5]/g;
// Accents, and whatever takes no room on the page. Vowel signs of other scripts are of their script, and stay.
const UNSEEN = /[\p{Script=Inherited}\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu;
const PAIRS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, "m"],
  [/vv/g, "w"],
  [/c[il]/g, "d"],
];

/**
 * The words of a name, with what looks alike made the same: compatibility forms, letter case, accents, invisible
 * characters, confusable letters, digits for letters. A word ends at every character that is neither a letter nor a
 * digit, and where a capital follows a small letter.
 */
export function skeletonWords(name: string): readonly string[] {
  return wordsOf(visible(name));
}

/** The words of all that a name may be read as: its signs are separators, or else letters (`$lack`). */
export function readingsOf(name: string): readonly (readonly string[])[] {
  const text = visible(name);
  const withLetters = text.replace(SIGN, (sign) => SIGNS[sign] ?? "");
  return withLetters === text ? [wordsOf(text)] : [wordsOf(text), wordsOf(withLetters)];
}

const LATIN = /\p{Script=Latin}/u;
// East Asian names have letters of their scripts beside Latin letters and in one word with them. One expression, as a test
// for each letter would cost a long name ten times as much.
const OTHER_LETTER =
  /(?![\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}])\p{L}/gu;

/**
 * Whether a word has Latin letters and letters of another script that are not in our table: what they look like, nobody here
 * can tell. East Asian scripts stand beside Latin letters in many names, and look like none of them.
 *
 * @see UTS 39 section 5.2 https://www.unicode.org/reports/tr39/#Restriction_Level_Detection
 */
export function mixesScripts(name: string): boolean {
  return splitWords(visible(name)).some(
    (word) =>
      LATIN.test(word) && word.match(OTHER_LETTER)?.some((letter) => latinLookAlike(letter) === letter),
  );
}

/** Words as one skeleton, in which also the pairs look alike that two words may share: `c-loud`. */
export function joinWords(words: readonly string[]): string {
  return PAIRS.reduce((text, [pair, letter]) => text.replace(pair, letter), words.join(""));
}

function visible(name: string): string {
  return name.normalize("NFKD").replace(UNSEEN, "");
}

function splitWords(text: string): readonly string[] {
  return text
    .replace(/(\p{Ll})(?=\p{Lu})/gu, "$1 ")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "");
}

function wordsOf(text: string): readonly string[] {
  return splitWords(text).map((word) =>
    Array.from(word, (letter) => latinLookAlike(letter).toLowerCase())
      .join("")
      .replace(/[0134578l]/g, (digit) => DIGITS[digit] ?? digit),
  );
}
