import fc from "fast-check";
import { expect, it } from "vitest";
import { assertedClientId } from "../../src/client-authentication/presented-credentials.js";
import { base64url, rawToken } from "../json-web-token/token-issuer.js";

it("reads whom an assertion is about", () => {
  expect(assertedClientId(rawToken({ alg: "ES256" }, { sub: "client-1" }, "x"))).toBe("client-1");
  expect(assertedClientId(rawToken({}, { sub: "é" }))).toBe("é");
});

it("reads nobody out of anything else", () => {
  for (const payload of [null, [], "client-1", {}, { sub: "" }, { sub: 1 }, { sub: ["client-1"] }]) {
    expect(assertedClientId(rawToken({}, payload))).toBeUndefined();
  }
  const notUtf8 = base64url(Uint8Array.from('{"sub":"?"}', (c) => (c === "?" ? 0xff : c.charCodeAt(0))));
  expect(assertedClientId(`a.${notUtf8}.c`)).toBeUndefined();
  for (const text of ["", ".", "a", "a.b", "..", `a.${base64url(new Uint8Array([0x22, 0xff, 0x22]))}.c`]) {
    expect(assertedClientId(text)).toBeUndefined();
  }
  expect(assertedClientId(rawToken({}, { sub: "c", pad: "x".repeat(16_384) }))).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => void assertedClientId(`a.${text}`)));
});
