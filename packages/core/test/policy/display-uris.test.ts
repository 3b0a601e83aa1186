import { describe, expect, it, test } from "vitest";
import { forbidDisplayUris } from "../../src/policy/forbid-display-uris.js";
import { sameHostDisplayUris } from "../../src/policy/same-host-display-uris.js";
import { registrableDomain } from "../../src/public-suffix-list.js";
import { CALLBACK, outcome, registered } from "./proposal.js";

const DISPLAY = ["client_uri", "logo_uri", "tos_uri", "policy_uri"];

describe("R7591-31 sameHostDisplayUris", () => {
  const dropping = sameHostDisplayUris();
  const refusing = sameHostDisplayUris({ mismatch: "refuse" });
  const TEXT = "must have the scheme and host of a redirect URI (policy.refused)";

  test.each(DISPLAY.flatMap((name) => [name, `${name}#ja`]))("%s", (name) => {
    const good = { ...CALLBACK, [name]: "https://app.example:8443/page" };
    const bad = { ...CALLBACK, [name]: "https://bank.example/page" };
    expect(outcome(good, refusing)).toBe("accepted");
    expect(registered(good, dropping)[name]).toBe("https://app.example:8443/page");
    expect(outcome(bad, refusing)).toBe(`invalid_client_metadata: ${name} ${TEXT}`);
    expect(Object.keys(registered(bad, dropping))).not.toContain(name);
  });

  test.each([
    "https://evil-app.example/",
    "https://app.example.evil.example/",
    "https://www.app.example/",
    "https://example/",
    "http://app.example/",
  ])("%s is not the host of the redirect URI", (client_uri) => {
    expect(outcome({ ...CALLBACK, client_uri }, refusing)).toMatch(/^invalid_client_metadata/);
  });

  it("takes any one of several redirect URIs", () => {
    const redirect_uris = ["http://127.0.0.1/cb", ...CALLBACK.redirect_uris, "https://other.example/cb"];
    const body = {
      redirect_uris,
      client_uri: "https://OTHER.example/",
      logo_uri: "https://app.example/logo",
    };
    expect(outcome(body, refusing)).toBe("accepted");
  });

  test.each(["http://127.0.0.1:5000/cb", "http://[::1]/cb", "http://localhost/cb", "com.example.app:/cb"])(
    "%s vouches for nothing",
    (redirectUri) => {
      const body = { redirect_uris: [redirectUri], client_name: "App", client_uri: "https://app.example/" };
      expect(outcome(body, refusing)).toMatch(/^invalid_client_metadata: client_uri/);
      expect(registered(body, dropping)).toMatchObject({ client_name: "App" });
      expect(registered(body, dropping).client_uri).toBeUndefined();
    },
  );

  it("a page on the user's own machine is nobody's page", () => {
    const body = { redirect_uris: ["http://localhost/cb"], client_uri: "http://localhost/" };
    expect(outcome(body, refusing)).toMatch(/^invalid_client_metadata/);
  });

  describe("with registrableDomain", () => {
    const bySite = sameHostDisplayUris({ mismatch: "refuse", registrableDomain });
    const outcomeFor = (redirectUri: string, client_uri: string) =>
      outcome({ redirect_uris: [redirectUri], client_uri }, bySite);

    test.each([
      ["https://app.example.com/cb", "https://www.example.com/"],
      ["https://app.example.com/cb", "https://example.com/"],
      ["https://example.co.uk/cb", "https://deep.www.example.co.uk/"],
      ["https://alice.github.io/cb", "https://www.alice.github.io/"],
      ["https://203.0.113.7/cb", "https://203.0.113.7/"],
    ])("%s vouches for %s", (redirectUri, clientUri) => {
      expect(outcomeFor(redirectUri, clientUri)).toBe("accepted");
    });

    test.each([
      ["https://alice.github.io/cb", "https://bob.github.io/"],
      ["https://alice.github.io/cb", "https://github.io/"],
      ["https://attacker.co.uk/cb", "https://bank.co.uk/"],
      ["https://attacker.example.com/cb", "https://notexample.com/"],
      ["https://203.0.113.7/cb", "https://203.0.113.8/"],
      ["https://app.example.com/cb", "http://www.example.com/"],
    ])("%s does not vouch for %s", (redirectUri, clientUri) => {
      expect(outcomeFor(redirectUri, clientUri)).toMatch(
        /client_uri must have the scheme and registrable domain of a redirect URI/,
      );
    });

    it("must be a function", () => {
      const wrong = { registrableDomain: "example.com" as never };
      expect(() => sameHostDisplayUris(wrong)).toThrow("registrableDomain: must be a function");
    });
  });

  it("compares nothing where a software statement gave both sides", () => {
    const body = { ...CALLBACK, logo_uri: "https://cdn.example/logo.png" };
    expect(outcome(body, refusing, { verified: ["logo_uri", "redirect_uris"] })).toBe("accepted");
  });

  it("R7591-30 compares where only one side is verified: a statement can be sent again by others", () => {
    const body = { ...CALLBACK, logo_uri: "https://cdn.example/logo.png" };
    expect(outcome(body, refusing, { verified: ["logo_uri"] })).toMatch(/^invalid_client_metadata/);
    expect(outcome(body, refusing, { verified: ["redirect_uris"] })).toMatch(/^invalid_client_metadata/);
    expect(outcome(body, refusing, { verified: ["logo_uri#ja", "redirect_uris"] })).toMatch(
      /^invalid_client/,
    );
  });
});

describe("forbidDisplayUris", () => {
  const all = Object.fromEntries(
    DISPLAY.flatMap((name) => [name, `${name}#ja`]).map((name) => [name, "https://app.example/"]),
  );
  const body = { ...CALLBACK, ...all, client_name: "App", jwks_uri: "https://app.example/jwks" };

  it("drops them in every language, and nothing else", () => {
    const names = Object.keys(registered(body, forbidDisplayUris()));
    expect(names.filter((name) => name in all)).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(["client_name", "jwks_uri", "redirect_uris"]));
  });

  it("refuses them if told to, and nobody without them", () => {
    const refusing = forbidDisplayUris({ present: "refuse" });
    expect(outcome(body, refusing)).toMatch(/^invalid_client_metadata: client_uri is not taken/);
    expect(outcome({ ...CALLBACK, "tos_uri#de": "https://app.example/" }, refusing)).toMatch(
      /: tos_uri#de is not/,
    );
    expect(outcome({ ...CALLBACK, client_name: "App" }, refusing)).toBe("accepted");
  });
});

test("misuse fails at construction", () => {
  const code = { code: "ERR_OPTION" };
  expect(() => forbidDisplayUris({ present: "hide" as never })).toThrow(expect.objectContaining(code));
  expect(() => sameHostDisplayUris({ mismatch: "hide" as never })).toThrow(expect.objectContaining(code));
});
