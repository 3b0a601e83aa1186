import { describe, expect, test } from "vitest";
import { assess, CALLBACK } from "./assess.js";

describe("text", () => {
  test.each([
    ["a null", "a\u0000b"],
    ["a line end", "a\nb"],
    ["a tab", "a\tb"],
    ["an escape", "\u001b[31m"],
    ["a delete", "a\u007f"],
    ["a C1 control", "a\u0085b"],
    ["a line separator", "a\u2028b"],
    ["a paragraph separator", "a\u2029b"],
    ["an override of direction", "Safe \u202egpj.exe"],
    ["an embedding", "\u202ax"],
    ["an isolate", "\u2066x\u2069"],
    ["a lone high surrogate", "a\ud800"],
    ["a lone low surrogate", "\udc00a"],
  ])("with %s is refused", (_, client_name) => {
    expect(assess({ ...CALLBACK, client_name }).errors).toEqual(["client_name metadata.text"]);
    expect(assess({ ...CALLBACK, contacts: ["ok", client_name] }).errors).toEqual([
      "contacts[1] metadata.text",
    ]);
  });

  test.each([
    "\u65e5\u672c\u8a9e",
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "\ud83d\udc69\u200d\ud83d\udcbb",
    "a & b <c> \"d\" 'e' \\",
    "x".repeat(1000),
  ])("%s is kept as it is", (client_name) => {
    expect(assess({ ...CALLBACK, client_name }).metadata).toMatchObject({ client_name });
  });

  test("has a longest length, a token too, and a list a highest count", () => {
    const text = (length: number) => "x".repeat(length);
    const list = (length: number) => Array.from({ length }, (_, i) => `value${i}`);
    expect(assess({ ...CALLBACK, client_name: text(1001) }).errors).toEqual(["client_name metadata.length"]);
    expect(assess({ ...CALLBACK, grant_types: ["authorization_code", text(255)] }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, grant_types: ["authorization_code", text(256)] }).errors).toEqual([
      "grant_types[1] metadata.length",
    ]);
    expect(assess({ ...CALLBACK, contacts: list(50) }).errors).toEqual([]);
    expect(assess({ ...CALLBACK, contacts: list(51) }).errors).toEqual(["contacts metadata.count"]);
    expect(assess({ ...CALLBACK, contacts: [text(1001), "ok", text(1001)] }).errors).toEqual([
      "contacts[0] metadata.length",
      "contacts[2] metadata.length",
    ]);
  });
});
