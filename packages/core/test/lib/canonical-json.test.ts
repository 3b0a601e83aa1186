import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../src/lib/canonical-json.js";

const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });

test("a canonical text is JSON of the same value", () => {
  fc.assert(
    fc.property(object, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("the order of members does not change the text", () => {
  fc.assert(
    fc.property(object, (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
    }),
  );
});

test("members stand in the order of their code units, at every depth, without undefined ones", () => {
  expect(canonicalJson({ b: [{ z: 1, A: 2 }], a: undefined, B: '\u00e9"' })).toBe(
    '{"B":"\u00e9\\"","b":[{"A":2,"z":1}]}',
  );
});
