import fc from "fast-check";
import { expect, test } from "vitest";
import { copyJson } from "../../src/lib/copy-json.js";

test("a copy is equal to its source", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(copyJson(value)).toEqual(value);
    }),
  );
});

test("a copy shares no object with its source", () => {
  const source = { list: [{ a: 1 }], object: { b: ["c"] } };
  const copy = copyJson(source);
  source.list[0]!.a = 2;
  source.object.b.push("d");
  expect(copy).toEqual({ list: [{ a: 1 }], object: { b: ["c"] } });
});

test("a member named __proto__ stays a member", () => {
  const copy = copyJson(JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>);
  expect(Object.keys(copy)).toEqual(["__proto__"]);
  expect(copy["admin"]).toBeUndefined();
});
