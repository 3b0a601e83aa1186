/**
 * Text of a server as it may stand in a report: printable ASCII alone, in quotation marks and cut. So it can neither move
 * a terminal's cursor, nor reverse the reading direction, nor end a line.
 */
export function shown(value: unknown, mostCharacters = 120): string {
  const text = typeof value === "string" ? value : JSON.stringify(value ?? null);
  const cut = text.slice(0, mostCharacters);
  const escaped = Array.from(cut, escapedCharacter).join("");
  return `"${escaped}"${text.length > cut.length ? " (cut)" : ""}`;
}

function escapedCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '"' || character === "\\") return `\\${character}`;
  return code >= 0x20 && code < 0x7f ? character : `\\u{${code.toString(16)}}`;
}
