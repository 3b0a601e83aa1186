import { describe, expect, test } from "vitest";
import { MisuseError } from "../../src/lib/misuse.js";
import {
  redirectUriPolicy,
  type RedirectUriPolicyOptions,
} from "../../src/redirect-uri/redirect-uri-policy.js";
import { mcpRedirects } from "../../src/redirect-uri/redirect-uri-profile.js";
import { POLICIES } from "./policies.js";

function codeOf(build: () => unknown): string | undefined {
  try {
    build();
  } catch (error) {
    return error instanceof MisuseError ? error.code : "not a MisuseError";
  }
  return undefined;
}

describe("what an operator may not ask for", () => {
  test("a reverse-domain scheme can be admitted by name, and no other with it", () => {
    const policy = redirectUriPolicy({ reverseDomainSchemes: false, schemes: ["com.example.app"] });
    expect(policy.parse("com.example.app:/callback").ok).toBe(true);
    expect(policy.parse("com.example.other:/callback").ok).toBe(false);
  });

  const misuse: readonly (readonly [RedirectUriPolicyOptions, string])[] = [
    ...[
      "https",
      "http",
      "javascript",
      "data",
      "vbscript",
      "file",
      "blob",
      "about",
      "ws",
      "wss",
      "ftp",
      "mailto",
    ].map((scheme) => [{ schemes: [scheme] }, "ERR_REDIRECT_SCHEME"] as const),
    ...["", "Cursor", "cursor:", "cursor://", "1app", "my app", "my_app", "*", "__proto__"].map(
      (scheme) => [{ schemes: ["cursor", scheme] }, "ERR_REDIRECT_SCHEME"] as const,
    ),
    ...[
      "cursor://",
      "cursor://a.b",
      "cursor://a.b/",
      "cursor://a.b/callback/",
      "cursor:/callback",
      "cursor:///callback",
      "cursor://a.b:1/callback",
      "cursor://a.b/callback?x",
      "cursor://a.b/callback#",
      "cursor://a.b/*",
      "cursor://*/callback",
      "https://app.example/callback",
      "javascript://a.b/callback",
      "callback",
      1 as unknown as string,
    ].map((redirect) => [{ privateUseRedirects: [redirect] }, "ERR_REDIRECT_SCHEME"] as const),
    [{ privateUseRedirects: "cursor://a.b/callback" as never }, "ERR_OPTION"] as const,
    ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].flatMap((limit) => [
      [{ maxCount: limit }, "ERR_REDIRECT_LIMIT"] as const,
      [{ maxLength: limit }, "ERR_REDIRECT_LIMIT"] as const,
    ]),
    // None of these is a host as a URI would have it, so none would ever deny anything.
    ...[
      "",
      ".",
      ".evil.example",
      "evil.example.",
      "*.evil.example",
      "https://evil.example",
      "evil.example/path",
      "evil.example:443",
      "b\u00fccher.example",
      "evil example",
      "127.1",
      "::1",
      "[2001:DB8::0001]",
    ].map((host) => [{ deniedHosts: ["good.example", host] }, "ERR_DENIED_HOST"] as const),
  ];

  test.each(misuse.map(([options, code]) => ({ options, code })))(
    "$options is $code",
    ({ options, code }) => {
      expect(codeOf(() => redirectUriPolicy(options))).toBe(code);
    },
  );
});

test("a policy has the limits that it was given, and sensible ones otherwise", () => {
  expect(redirectUriPolicy()).toMatchObject({ maxCount: 20, maxLength: 2048 });
  expect(redirectUriPolicy({ maxCount: 3, maxLength: 99 })).toMatchObject({ maxCount: 3, maxLength: 99 });
});

test("a policy cannot be changed, neither itself nor through the lists it was made from", () => {
  const schemes = ["cursor"];
  const deniedHosts = ["evil.example"];
  const policy = redirectUriPolicy({ ...mcpRedirects, schemes, deniedHosts });
  schemes.push("myapp");
  deniedHosts.length = 0;
  expect(Object.isFrozen(policy)).toBe(true);
  expect(policy.parse("myapp:/callback").ok).toBe(false);
  expect(policy.parse("https://evil.example/").ok).toBe(false);
});

test("the default policy is the native profile", () => {
  expect(redirectUriPolicy().parse("com.example:/callback").ok).toBe(true);
  expect(redirectUriPolicy().parse("http://localhost/callback").ok).toBe(true);
  expect(redirectUriPolicy().parse("cursor://anysphere.cursor-mcp/oauth/callback").ok).toBe(false);
});

describe("what the authorization endpoint admits", () => {
  const { mcp, https, denying } = POLICIES;

  test.each([
    ["the same string", "https://app.example/callback", "https://app.example/callback", true],
    ["another port of a loopback address", "http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb", true],
    ["a port where none was registered", "http://127.0.0.1/cb", "http://127.0.0.1:2/cb", true],
    ["no port where one was registered", "http://localhost:1/cb?a=b", "http://localhost/cb?a=b", true],
    ["another port of the IPv6 loopback address", "http://[::1]:1/cb", "http://[::1]:65535/cb", true],
    ["another port elsewhere", "https://app.example:1/cb", "https://app.example:2/cb", false],
    ["another port of https on loopback", "https://localhost:1/cb", "https://localhost:2/cb", false],
    ["another loopback host", "http://localhost:1/cb", "http://127.0.0.1:1/cb", false],
    ["another address family", "http://127.0.0.1:1/cb", "http://[::1]:1/cb", false],
    ["another path", "http://localhost:1/cb", "http://localhost:1/cb2", false],
    ["a longer path", "http://localhost:1/cb", "http://localhost:1/cb/", false],
    ["no path", "http://localhost:1/", "http://localhost:1", false],
    ["another query", "http://localhost:1/cb?a=b", "http://localhost:1/cb?a=c", false],
    ["a query where none was registered", "http://localhost:1/cb", "http://localhost:1/cb?a=b", false],
    ["an empty query where none was registered", "http://localhost:1/cb", "http://localhost:1/cb?", false],
    ["another letter case in the path", "http://localhost:1/cb", "http://localhost:1/CB", false],
    ["another letter case in the host", "http://localhost:1/cb", "http://LOCALHOST:1/cb", false],
    ["another letter case in the scheme", "https://app.example/cb", "HTTPS://app.example/cb", false],
    ["another encoding", "https://app.example/a", "https://app.example/%61", false],
    ["https for http", "http://localhost:1/cb", "https://localhost:1/cb", false],
    ["a port that is none", "http://localhost:1/cb", "http://localhost:0/cb", false],
    ["a host behind a port", "http://localhost:1/cb", "http://localhost:1@evil.example/cb", false],
    ["a parent domain", "https://app.example/cb", "https://example/cb", false],
    ["a longer host", "https://app.example/cb", "https://app.example.evil.example/cb", false],
    ["another port of a private-use URI", "com.example://cb:1/", "com.example://cb:2/", false],
  ])("%s", (_, registered, presented, admitted) => {
    expect(mcp.admits([registered], presented)).toBe(admitted);
    expect(mcp.admits(["https://other.example/", registered], presented)).toBe(admitted);
  });

  test("nothing when nothing was registered", () => {
    expect(mcp.admits([], "https://app.example/callback")).toBe(false);
  });

  test("not what a store holds from the time of a laxer policy", () => {
    expect(https.admits(["http://localhost/cb"], "http://localhost/cb")).toBe(false);
    expect(denying.admits(["https://redirector.example/"], "https://redirector.example/")).toBe(false);
    expect(mcp.admits(["javascript:alert(1)"], "javascript:alert(1)")).toBe(false);
    expect(mcp.admits(["http://localhost:1/cb?code=x"], "http://localhost:2/cb")).toBe(false);
  });
});
