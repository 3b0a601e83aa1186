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
const SYMBOLS: Readonly<Record<string, string>> = {
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
const SYMBOL = /[$@!|+(\u20ac\u00a2\u00a5]/g;
// Accents, and whatever takes no room on the page. Vowel signs of other scripts are of their script, and stay.
const UNSEEN = /[\p{Script=Inherited}\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}]/gu;
const PAIRS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, "m"],
  [/vv/g, "w"],
  [/c[il]/g, "d"],
];

/**
 * The words of a name, each reduced so that names which look alike are the same: compatibility forms, letter case,
 * accents, invisible characters, confusable letters, digits for letters. A word ends at every character that is neither a
 * letter nor a digit, and where a capital follows a small letter.
 */
export function skeletonWords(name: string): readonly string[] {
  return name
    .normalize("NFKD")
    .replace(UNSEEN, "")
    .replace(/(\p{Ll})(?=\p{Lu})/gu, "$1 ")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map(skeletonOf)
    .filter((word) => word !== "");
}

/** The readings of a name: its symbols are separators, or else letters (`$lack`). */
export function readingsOf(name: string): readonly (readonly string[])[] {
  const asLetters = name.normalize("NFKD").replace(SYMBOL, (symbol) => SYMBOLS[symbol] ?? "");
  const readings = [skeletonWords(name)];
  return asLetters === name.normalize("NFKD") ? readings : [...readings, skeletonWords(asLetters)];
}

function skeletonOf(word: string): string {
  const letters = Array.from(word, (letter) => latinLookAlike(letter).toLowerCase());
  const plain = letters.join("").replace(/[0134578l]/g, (sign) => DIGITS[sign] ?? sign);
  return PAIRS.reduce((text, [pair, letter]) => text.replace(pair, letter), plain);
}
