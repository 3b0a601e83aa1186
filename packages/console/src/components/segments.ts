/**
 * Characters that show as nothing, or that change how others are shown: controls, direction overrides, invisible ones, lone
 * surrogates, characters without a meaning, variation selectors, and white space that could pass for a plain space. `U+FE0F` behind a
 * picture and a joiner between two stay, as emoji are made of them.
 */
const HIDDEN =
  /(?<!\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]{0,2})\u200d|\u200d(?!\p{Extended_Pictographic})|(?!\u200d|(?<=\p{Extended_Pictographic})\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;

/** A part of a text: shown as it is, or named. */
export interface Segment {
  readonly text: string;
  readonly isHidden: boolean;
}

/** Splits a text so that each character that cannot be seen stands alone, by its number. */
export function segmentsOf(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  for (const { index, 0: found } of text.matchAll(HIDDEN)) {
    if (index > end) segments.push({ text: text.slice(end, index), isHidden: false });
    segments.push({ text: numberOf(found), isHidden: true });
    end = index + found.length;
  }
  if (end < text.length) segments.push({ text: text.slice(end), isHidden: false });
  return segments;
}

function numberOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
