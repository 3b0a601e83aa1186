import { encodeBase32LowerCaseNoPadding } from "@oslojs/encoding";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pooledRandomBytes, randomIdentifier } from "../../src/crypto/random-token.js";

test("an identifier is the base32 of its bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const identifier = randomIdentifier((target) => target.set(bytes));
      expect(identifier).toBe(encodeBase32LowerCaseNoPadding(bytes));
    }),
  );
});

test("pooled bytes are those of the platform, each given out once", () => {
  let calls = 0;
  const pool = pooledRandomBytes((bytes) => {
    calls += 1;
    bytes.forEach((_, i) => (bytes[i] = (i + calls) & 255));
  });
  const given: number[] = [];
  // 4,096 is no multiple of 24: a value never mixes two draws.
  for (let i = 0; i < 200; i++) {
    const bytes = new Uint8Array(24);
    pool(bytes);
    given.push(...bytes);
  }
  expect(calls).toBe(2);
  const draw = Array.from({ length: 4096 }, (_, i) => (i + 1) & 255);
  expect(given.slice(0, 170 * 24)).toEqual(draw.slice(0, 170 * 24));
  expect(given[170 * 24]).toBe(2);
});

test("a request for more than the pool holds goes to the platform", () => {
  const sizes: number[] = [];
  const pool = pooledRandomBytes((bytes) => sizes.push(bytes.length));
  pool(new Uint8Array(5000));
  expect(sizes).toEqual([5000]);
});

test("a draw that fails gives out nothing, and the next call draws again", () => {
  let fails = true;
  const pool = pooledRandomBytes((bytes) => {
    if (fails) throw new Error("no randomness");
    bytes.fill(7);
  });
  const bytes = new Uint8Array(4);
  expect(() => pool(bytes)).toThrow("no randomness");
  fails = false;
  pool(bytes);
  expect([...bytes]).toEqual([7, 7, 7, 7]);
});
