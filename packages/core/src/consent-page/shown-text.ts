import { html, type Html } from "./html.js";

const LINE_BREAK = /[\p{Cc}\p{Zl}\p{Zp}\p{Zs}\u2800]+/gu;
/** Controls of direction among them, fillers, tags, and code points that nobody has assigned. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}]/gu;
/** Marks that a font stacks on one letter, so high that they cover the lines above. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;
/** Symbols, such as a check mark, a padlock or an arrow. The last three are punctuation of Linear B that looks like a check mark. */
const SYMBOLS = /[\p{So}\p{Extended_Pictographic}\u2190-\u2bff\u{10100}-\u{10102}]/gu;
/** Longer texts are cut before they are looked at. */
const MOST_READ = 8000;

/**
 * A text of a stranger's as it may be shown: one line of visible characters, at most `most` of them. It has no symbols, so that it
 * cannot draw the check mark that the page shows beside verified facts.
 */
export function shownText(text: string, most: number): string {
  const visible = text
    .slice(0, MOST_READ)
    .replace(LINE_BREAK, " ")
    .replace(UNSEEN, "")
    // Before the marks: those of a symbol go to the letter before it.
    .replace(SYMBOLS, "")
    .replace(STACKED_MARKS, "$1")
    .replace(/ {2,}/g, " ")
    .trim();
  const characters = Array.from(visible);
  return characters.length > most ? `${characters.slice(0, most).join("").trimEnd()}…` : visible;
}

/** The same, kept apart from the text around it: its letters may run from right to left, and the page's do not. */
export function isolated(text: string): Html {
  return html`<bdi dir="auto">${text}</bdi>`;
}

/** A text of at most 61 characters, which begins and ends as the given one does. */
export function bothEnds(text: string): string {
  return text.length > 61 ? `${text.slice(0, 30)}…${text.slice(-30)}` : text;
}
