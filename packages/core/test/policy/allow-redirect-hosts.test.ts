import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { allowRedirectHosts, type AllowRedirectHostsOptions } from "../../src/policy/allow-redirect-hosts.js";
import { GOOD_URIS, hostileUri } from "../redirect-uri/hostile-uri.js";
import { outcome, verdictOn } from "./proposal.js";

const HOSTS = ["app.example", "*.example.com", "xn--bcher-kva.example", "203.0.113.9", "[2001:db8::1]"];
const verdict = (uri: string, options?: AllowRedirectHostsOptions, hosts: readonly string[] = HOSTS) =>
  verdictOn({ redirect_uris: [uri] }, allowRedirectHosts(hosts, options));

describe("hosts", () => {
  test.each([
    "https://app.example",
    "https://app.example/callback",
    "https://app.example:8443/callback",
    "https://APP.Example/callback",
    "HTTPS://app.example/callback",
    "https://a.example.com/",
    "https://a.b.c.example.com/",
    "https://A.EXAMPLE.COM/",
    "https://xn--bcher-kva.example/",
    "https://203.0.113.9/",
    "https://[2001:db8::1]/",
    "https://[2001:db8::1]:8443/",
  ])("%s passes", (uri) => {
    expect(verdict(uri)).toBe("accept");
  });

  test.each([
    // The name is the end or the beginning of another.
    "https://evil-app.example/",
    "https://evilapp.example/",
    "https://app.example.evil.example/",
    "https://app.example.org/",
    "https://evil-example.com/",
    "https://example.com.evil.org/",
    "https://a.example.com.evil.org/",
    "https://a.example.comx/",
    "https://aexample.com/",
    // A wildcard is for the names below a name, an exact host for itself.
    "https://example.com/",
    "https://sub.app.example/",
    "https://.example.com/",
    "https://a..example.com/",
    // Dots at the end, encodings, other spellings.
    "https://app.example./",
    "https://a.example.com./",
    "https://app%2eexample/",
    "https://app\uff0eexample/",
    "https://b\u00fccher.example/",
    "https://app.example\u3002/",
    // A host elsewhere in the URI.
    "https://app.example@evil.example/",
    "https://evil.example/app.example",
    "https://evil.example/?https://app.example/",
    "https://evil.example\\.example.com/",
    "https://evil.example#.example.com",
    "https://evil.example?.example.com",
    "https://app.example:443@evil.example/",
    // Ports and addresses.
    "https://app.example:99999/",
    "https://app.example:x/",
    "https://203.0.113.90/",
    "https://203.0.113.09/",
    "https://203.0.113/",
    "https://3405803785/",
    "https://[2001:db8::10]/",
    "https://[2001:DB8::1]/",
    "https://[2001:db8:0::1]/",
    "https://[::ffff:203.0.113.9]/",
    // Not HTTPS.
    "http://app.example/",
    "ftp://app.example/",
    "app.example:/callback",
    "com.example.app:/callback",
    "//app.example/",
    "app.example",
    "",
    "*",
  ])("%s is refused", (uri) => {
    expect(verdict(uri)).toBe("refuse");
  });

  it("judges every redirect URI, and says which one it means", () => {
    const policy = allowRedirectHosts(["app.example"]);
    const good = "https://app.example/";
    const bad = "https://other.example/";
    expect(outcome({ redirect_uris: [good, `${good}2`] }, policy)).toBe("accepted");
    expect(outcome({ redirect_uris: [good, bad] }, policy)).toBe(
      "invalid_redirect_uri: redirect_uris[1] has a host that is not allowed here (policy.refused)",
    );
    expect(outcome({ redirect_uris: [good], post_logout_redirect_uris: [good, good, bad] }, policy)).toBe(
      "invalid_client_metadata: post_logout_redirect_uris[2] has a host that is not allowed here (policy.refused)",
    );
  });

  it("has nothing against a client that is never redirected to", () => {
    expect(outcome({ grant_types: ["client_credentials"] }, allowRedirectHosts(["app.example"]))).toBe(
      "accepted",
    );
  });
});

describe("loopback and private-use redirects pass only where they are let", () => {
  const loopback = [
    "http://127.0.0.1/",
    "http://[::1]:5000/",
    "http://localhost:3000/cb",
    "https://localhost/",
  ];
  test.each(loopback)("%s", (uri) => {
    expect(verdict(uri)).toBe("refuse");
    expect(verdict(uri, { loopback: true })).toBe("accept");
    expect(verdict(uri, { privateUseSchemes: ["com.example.app"] })).toBe("refuse");
  });
  test.each(["http://localhost.evil.example/", "http://127.0.0.2/", "http://0.0.0.0/", "http://localhost./"])(
    "%s is not loopback",
    (uri) => {
      expect(verdict(uri, { loopback: true })).toBe("refuse");
    },
  );
  test.each([
    ["com.example.app:/callback", "accept"],
    ["COM.example.app:/callback", "accept"],
    ["com.example.app://host/callback", "accept"],
    ["com.example.app.evil:/callback", "refuse"],
    ["com.example:/callback", "refuse"],
    ["javascript:alert(1)", "refuse"],
  ])("%s: %s", (uri, expected) => {
    const options = { privateUseSchemes: ["com.example.app"] };
    expect(verdict(uri, options)).toBe(expected);
    expect(verdict(uri, { loopback: true })).toBe("refuse");
  });
});

describe("properties", () => {
  // A letter first, so that no run of labels reads as an IP address; no punycode, which has rules of its own.
  const label = fc
    .stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/)
    .filter((text) => text !== "localhost" && !text.includes("--"));
  const name = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom("example", "com"))
    .map(([labels, top]) => [...labels, top]);
  const ofName = (labels: readonly string[]) => labels.join(".");

  test("an exact host admits itself and no other name", () => {
    fc.assert(
      fc.property(name, name, (host, other) => {
        const policy = [ofName(host)];
        expect(verdict(`https://${ofName(host).toUpperCase()}/cb`, {}, policy)).toBe("accept");
        const same = ofName(host) === ofName(other);
        expect(verdict(`https://${ofName(other)}/cb`, {}, policy)).toBe(same ? "accept" : "refuse");
      }),
    );
  });

  test("a wildcard admits exactly the names with at least one label more in front", () => {
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(label, { maxLength: 2 }),
        fc.constantFrom(".", "-", ""),
        (host, other, more, joint) => {
          const policy = [`*.${ofName(host)}`];
          for (const asked of [other, [...more, ...host], [...host, ...other], [...other, ...host]]) {
            const ends = asked.length > host.length && ofName(asked.slice(-host.length)) === ofName(host);
            expect(verdict(`https://${ofName(asked)}/`, {}, policy)).toBe(ends ? "accept" : "refuse");
          }
          // Glued to a label in front, it is another name.
          if (joint !== ".") expect(verdict(`https://x${joint}${ofName(host)}/`, {}, policy)).toBe("refuse");
        },
      ),
    );
  });

  test("what a browser would open is on the list, whatever else the URI holds", () => {
    let accepted = 0;
    const uris = fc.oneof(hostileUri, fc.constantFrom(...GOOD_URIS));
    const hosts = ["app.example", "*.app.example", "*.example.com"];
    fc.assert(
      fc.property(
        uris,
        fc.constantFrom("", ".app.example", "@app.example", "/app.example", "%2eapp.example"),
        (uri, tail) => {
          for (const asked of [uri, uri + tail, uri.replace(/^(https:\/\/)[^/?#]*/i, "$1app.example")]) {
            if (verdict(asked, {}, hosts) !== "accept") continue;
            accepted++;
            const opened = new URL(asked);
            expect(opened.protocol).toBe("https:");
            expect(opened.hostname).toMatch(/^app\.example$|\.app\.example$|\.example\.com$/);
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});

describe("misuse fails at construction", () => {
  test.each([
    "",
    "*",
    "*.",
    "*.com",
    "*.*.example.com",
    "a*.example.com",
    "example.*",
    "**.example.com",
    ".example.com",
    "example.com.",
    "https://example.com",
    "example.com/",
    "example.com:443",
    "user@example.com",
    "b\u00fccher.example",
    "exa mple.com",
    "127.1",
    "*.203.0.113.9",
    "*.[2001:db8::1]",
    "[2001:db8:0::1]",
    "2001:db8::1",
    "localhost",
    "127.0.0.1",
    "[::1]",
    "*.localhost",
    undefined,
    7,
  ])("the host %j", (host) => {
    expect(() => allowRedirectHosts([host as string])).toThrow(
      expect.objectContaining({ code: "ERR_HOST_PATTERN" }),
    );
  });

  test.each([[[]], [undefined], ["app.example"]])("the list %j", (hosts) => {
    expect(() => allowRedirectHosts(hosts as string[])).toThrow(
      expect.objectContaining({ code: "ERR_OPTION" }),
    );
  });

  test.each([["https"], ["http"], ["Com.Example"], ["com.example:"], [""], [7]])(
    "the scheme %j",
    (scheme) => {
      expect(() => allowRedirectHosts(["app.example"], { privateUseSchemes: [scheme as string] })).toThrow(
        expect.objectContaining({ code: "ERR_REDIRECT_SCHEME" }),
      );
    },
  );

  it("a switch that is none, and a name that is none", () => {
    expect(() => allowRedirectHosts(["app.example"], { loopback: "no" as never })).toThrow(/loopback/);
    expect(() => allowRedirectHosts(["app.example"], { name: "My Hosts" })).toThrow(/policy name/);
  });

  it("a host in capitals is the host", () => {
    expect(verdict("https://app.example/", {}, ["APP.Example"])).toBe("accept");
  });
});
