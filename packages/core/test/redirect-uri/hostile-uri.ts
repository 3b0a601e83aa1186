import fc from "fast-check";
import { ACCEPTED } from "./accepted.js";

/** The good URIs from which the hostile ones are made. */
export const GOOD_URIS: readonly string[] = Object.values(ACCEPTED)
  .flat()
  .filter(([, , policy = "mcp"]) => policy === "mcp")
  .map(([uri]) => uri)
  .filter((uri) => uri.length < 200);

// What parsers have stumbled over: separators, dots, digits, encodings, white space, letters that fold into others.
const ODDITIES = [
  ...String.raw`/\:@?#%;&=+.,*[](){}<>|^'"~!$-_ 01aAxX`.split(""),
  ..."\t\n\r\0\u000b\u007f\u0085\u00a0\u00ad\u00df\u0130\u017f\u200b\u202e\u2028\u3002\ufeff\uff0e\uff0f\ud800".split(
    "",
  ),
  ...[
    "//",
    "/\\",
    "..",
    "/../",
    "/./",
    "..;",
    "://",
    "@evil.example",
    ":80",
    ":443",
    ":8080",
    ":0",
    ".evil.example",
  ],
  ...[
    "%",
    "%2",
    "%00",
    "%09",
    "%0a",
    "%2e",
    "%2f",
    "%40",
    "%5c",
    "%25",
    "%252f",
    "%c0%af",
    "%e3%80%82",
    "%61",
    "%41",
  ],
  ...[
    "127.0.0.1",
    "localhost",
    "[::1]",
    "0x7f",
    "2130706433",
    "xn--",
    "xn--bcher-kva",
    "https:",
    "javascript:",
  ],
  ...[
    "?a=b",
    "&c=d",
    ";v=1",
    "code=",
    "state",
    "callback",
    "%20",
    "%C3%A9",
    "-",
    "~",
    "!",
    "$",
    "(",
    "a",
    "b",
    "9",
  ],
];

const oddity = fc.constantFrom(...ODDITIES);
// A share of the length. (Doubles of fast-check are even over bit patterns, so nearly all of them are nearly 0.)
const place = fc.nat(9999).map((share) => share / 10_000);
type Mutation = (uri: string) => string;

const at = (uri: string, where: number): number => Math.floor(where * uri.length);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, oddity).map(([where, piece]): Mutation => {
    return (uri) => uri.slice(0, at(uri, where)) + piece + uri.slice(at(uri, where));
  }),
  fc.tuple(place, oddity).map(([where, piece]): Mutation => {
    return (uri) => uri.slice(0, at(uri, where)) + piece + uri.slice(at(uri, where) + 1);
  }),
  place.map(
    (where): Mutation =>
      (uri) =>
        uri.slice(0, at(uri, where)) + uri.slice(at(uri, where) + 1),
  ),
  place.map((where): Mutation => {
    return (uri) => {
      const i = at(uri, where);
      const encoded = `%${(uri.charCodeAt(i) & 0xff).toString(16).padStart(2, "0")}`;
      return uri.slice(0, i) + (i < uri.length ? encoded : "") + uri.slice(i + 1);
    };
  }),
  place.map((where): Mutation => {
    return (uri) => uri.slice(0, at(uri, where)) + uri.slice(at(uri, where)).toUpperCase();
  }),
  fc.tuple(place, place).map(([from, to]): Mutation => {
    return (uri) =>
      uri + uri.slice(Math.min(at(uri, from), at(uri, to)), Math.max(at(uri, from), at(uri, to)));
  }),
);

/** Scheme, host, port, path and query of several good URIs in one: many of these are good again. */
const recombined = fc
  .tuple(
    fc.constantFrom("https://", "http://", "HTTPS://", "https:/", "com.example.app://", "cursor://"),
    fc.constantFrom(
      "app.example",
      "localhost",
      "127.0.0.1",
      "[::1]",
      "[2001:db8::1]",
      "xn--bcher-kva.example",
      "a.b",
    ),
    fc.constantFrom("", ":1", ":80", ":443", ":8080", ":65535", ":"),
    fc.constantFrom(
      "",
      "/",
      "/callback",
      "/a;b=1/c",
      "/caf%C3%A9",
      "/a%20b",
      "/(x)!$&'+=:@",
      "/.well-known/x",
    ),
    fc.constantFrom("", "?", "?a=b", "?a=b&c=%e2%82%ac", "?tenant=7;v=2", "?a=b?c/d"),
  )
  .map((parts) => parts.join(""));

/** A good URI, or parts of several, bent in up to three places or in none. */
export const hostileUri: fc.Arbitrary<string> = fc.noBias(
  fc
    .tuple(
      fc.oneof(fc.constantFrom(...GOOD_URIS), recombined),
      fc.oneof(
        { weight: 1, arbitrary: fc.constant<Mutation[]>([]) },
        { weight: 4, arbitrary: fc.tuple(mutation) },
        { weight: 2, arbitrary: fc.array(mutation, { minLength: 2, maxLength: 3 }) },
      ),
    )
    .map(([uri, mutations]) => mutations.reduce((bent, bend) => bend(bent), uri)),
);
