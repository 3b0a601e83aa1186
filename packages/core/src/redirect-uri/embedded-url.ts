import { decodeFully } from "../uri/percent-decoding.js";
import type { StrictUri } from "../uri/strict-uri.js";

// A scheme that leads a browser away or that it runs, at the start of a word; or the start of a scheme-relative URL.
// A plus sign starts a word: in a query it is a space, which URL parsers strip.
const URL_START = /(?:^|[^a-z0-9.-])(?:https?|wss?|ftp|file|data|blob|javascript|vbscript):|\/\/|\\/i;

/**
 * Whether a URL stands inside the path or the query, in the open or percent-encoded however often: the shape of an open
 * redirector, which would carry an authorization code on to whoever is named there.
 *
 * @see RFC 9700 section 4.11 https://www.rfc-editor.org/rfc/rfc9700#section-4.11
 */
export function embedsUrl(uri: StrictUri): boolean {
  return startsUrl(uri.path) || startsUrl(uri.query);
}

function startsUrl(text: string): boolean {
  // Every URL has one of these, in the open or encoded.
  return /[:%\\]|\/\//.test(text) && URL_START.test(decodeFully(text));
}
