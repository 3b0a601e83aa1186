import type { StrictUri } from "../uri/strict-uri.js";

// A scheme that leads a browser away or that it runs, at the start of a word; or the start of a scheme-relative URL.
const URL_START = /(?:^|[^a-z0-9.+-])(?:https?|wss?|ftp|file|data|blob|javascript|vbscript):|\/\/|\\/i;

/**
 * Whether a URL stands inside the path or the query, in the open or percent-encoded however often: the shape of an open
 * redirector, which would carry an authorization code on to whoever is named there.
 *
 * @see RFC 9700 section 4.11 https://www.rfc-editor.org/rfc/rfc9700#section-4.11
 */
export function embedsUrl(uri: StrictUri): boolean {
  return URL_START.test(decodeFully(uri.path)) || URL_START.test(decodeFully(uri.query));
}

/** Undoes percent-encoding until nothing changes, at most as often as a text of that length can have been encoded. */
export function decodeFully(text: string): string {
  let decoded = text;
  for (;;) {
    const next = decoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
    if (next === decoded) return decoded;
    decoded = next;
  }
}
