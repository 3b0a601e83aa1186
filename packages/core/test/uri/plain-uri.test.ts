import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePlainUri } from "../../src/uri/plain-uri.js";
import { parseEveryRule } from "../../src/uri/strict-uri.js";

const label = fc.oneof(
  { weight: 12, arbitrary: fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/) },
  fc.constantFrom("localhost", "xn--bcher-kva", "a-b", "a--b", "-a", "1a", "127", "0x7f", "a_b", "A", ""),
);
const segment = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[\w~-][\w.~!$&()+,;=@-]{0,6}$/) },
  fc.stringMatching(/^[\w.~!$&()+,;=@'*-]{0,6}$/),
  fc.constantFrom(".", "..", "..;", "%2e", "%41", ":", "a:b", "[a]", "é", "a b", "\\", "*"),
);
const uri = fc
  .tuple(
    fc.constantFrom("https", "https", "http", "HTTPS", "com.example"),
    fc.oneof(
      fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join(".")),
      fc.constantFrom("127.0.0.1", "127.1", "[::1]", "a".repeat(64), "user@host", `${"a.".repeat(40)}a`),
    ),
    fc.constantFrom("", "", ":1", ":443", ":65535", ":65536", ":0", ":08", ":99999", ":"),
    fc.array(segment, { maxLength: 4 }),
    fc.constantFrom("", "", "/", "?a=b", "#", "?"),
  )
  .map(
    ([scheme, host, port, path, end]) =>
      `${scheme}://${host}${port}${path.map((s) => `/${s}`).join("")}${end}`,
  );

test("the complete parser reads each URI that the plain parser reads, in the same parts", () => {
  let plain = 0;
  fc.assert(
    fc.property(uri, (raw) => {
      const parts = parsePlainUri(raw);
      if (!parts) return;
      plain += 1;
      expect(parseEveryRule(raw)).toEqual({ ok: true, value: parts });
    }),
    { numRuns: 20_000, seed: 7591 },
  );
  // A parser that reads nothing would pass too.
  expect(plain).toBeGreaterThan(500);
});

test.each([
  "https://app.example/callback",
  "http://127.0.0.1:1024/cb",
  "http://localhost/",
  "https://a-b.example",
])("%s is plain", (raw) => expect(parsePlainUri(raw)?.raw).toBe(raw));
