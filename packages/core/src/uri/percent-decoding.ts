/**
 * Undoes percent-encoding until nothing is left to undo, one character a byte. One pass over the text, since a pass a
 * layer would take time that grows with the square of its length.
 */
export function decodeFully(text: string): string {
  if (!text.includes("%")) return text;
  // One code a character: what decoding leaves is never longer than the text.
  const codes = new Uint16Array(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    codes[length++] = text.charCodeAt(i);
    // What was just decoded may be the last digit of an outer encoding.
    while (length >= 3 && codes[length - 3] === PERCENT) {
      const high = hexDigit(codes[length - 2]);
      const low = hexDigit(codes[length - 1]);
      if (high < 0 || low < 0) break;
      length -= 2;
      codes[length - 1] = high * 16 + low;
    }
  }
  let decoded = "";
  for (let start = 0; start < length; start += CHUNK) {
    // As it takes any list: to spread one costs more than all the rest.
    const chunk: ArrayLike<number> = codes.subarray(start, Math.min(start + CHUNK, length));
    decoded += String.fromCharCode.apply(undefined, chunk as number[]);
  }
  return decoded;
}

/** How many characters one call of `String.fromCharCode` makes: its arguments stand on the stack. */
const CHUNK = 4096;
const PERCENT = 0x25;

/** The value of a hexadecimal digit; -1 for every other character. */
function hexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

const ASCII = /^[\0-\x7f]*$/;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Whether what {@link decodeFully} answers is UTF-8. Other bytes, such as the overlong `%c0%af` for a slash, are one text
 * to one decoder and another to the next.
 */
export function isUtf8(decoded: string): boolean {
  if (ASCII.test(decoded)) return true;
  try {
    utf8.decode(Uint8Array.from(decoded, (character) => character.charCodeAt(0)));
    return true;
  } catch {
    return false;
  }
}
