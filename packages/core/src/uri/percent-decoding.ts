/**
 * Undoes percent-encoding until nothing is left to undo, one character a byte. One pass over the text, since a pass a
 * layer would take time that grows with the square of its length.
 */
export function decodeFully(text: string): string {
  if (!text.includes("%")) return text;
  const codes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    codes.push(text.charCodeAt(i));
    // What was just decoded may be the last digit of an outer encoding.
    while (codes.at(-3) === PERCENT) {
      const byte = hexDigit(codes.at(-2)) * 16 + hexDigit(codes.at(-1));
      if (Number.isNaN(byte)) break;
      codes.length -= 3;
      codes.push(byte);
    }
  }
  return codes.reduce((decoded, code) => decoded + String.fromCharCode(code), "");
}

const PERCENT = 0x25;

/** The value of a hexadecimal digit; `NaN` for every other character. */
function hexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
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
