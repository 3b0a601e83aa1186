import { describe, expect, test } from "vitest";
import { asciiHost } from "../../src/uri/ascii-host.js";

describe("a host", () => {
  test.each([
    ["App.Example", "app.example"],
    ["bücher.example", "xn--bcher-kva.example"],
    ["bücher.example/path", "bücher.example/path"],
  ])("%s is %s in URLs", (host, expected) => {
    expect(asciiHost(host)).toBe(expected);
  });

  test("that is longer than any name is not converted, which would take long", () => {
    const host = `${"ü".repeat(300)}.example`;
    expect(asciiHost(host)).toBe(host);
  });
});
