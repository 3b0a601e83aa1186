/**
 * What a terminal does not show as itself, or obeys: control characters, among them the escape that begins a sequence; format
 * characters, among them those that turn the direction of writing; separators of lines; private and lone surrogates; fillers,
 * variation selectors and blanks; and more marks on a letter than any language has. `U+FE0F` behind a pictograph stays, as emoji are
 * written so.
 */
const INVISIBLE =
  /(?!(?<=\p{Extended_Pictographic})\ufe0f)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?<=\p{M}{4})\p{M}/gu;

/** A text of a stranger, on one line, for a terminal: what would not be seen as itself is escaped. */
export function visibleText(text: string): string {
  return text.replaceAll("\\", "\\\\").replace(INVISIBLE, escaped);
}

/** Sentences of ours that may have a text of a stranger in them. Their line ends stay. */
export function visibleLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(INVISIBLE, escaped))
    .join("\n");
}

/** JSON as it was, with what a terminal would obey escaped as JSON does it. */
export function visibleJson(json: string): string {
  return json.replace(INVISIBLE, (character) =>
    // The only line ends are those between members: inside a text they are escaped already.
    character === "\n" ? character : character.split("").map(unit).join(""),
  );
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function unit(codeUnit: string): string {
  return `\\u${codeUnit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
