const HEX_PAIR = /^[0-9a-f]{2}$/i;

/**
 * Undoes percent-encoding until nothing is left to undo, one character a byte. One pass over the text, since a pass a
 * layer would take time that grows with the square of its length.
 */
export function decodeFully(text: string): string {
  if (!text.includes("%")) return text;
  const decoded: string[] = [];
  for (const character of text) {
    decoded.push(character);
    // What was just decoded may be the last digit of an outer encoding.
    while (decoded.at(-3) === "%" && HEX_PAIR.test(decoded.slice(-2).join(""))) {
      const [, ...hex] = decoded.splice(-3);
      decoded.push(String.fromCharCode(parseInt(hex.join(""), 16)));
    }
  }
  return decoded.join("");
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Whether what {@link decodeFully} answers is UTF-8. Other bytes, such as the overlong `%c0%af` for a slash, are one text
 * to one decoder and another to the next.
 */
export function isUtf8(decoded: string): boolean {
  try {
    utf8.decode(Uint8Array.from(decoded, (character) => character.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}
