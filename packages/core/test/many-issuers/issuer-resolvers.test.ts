import { describe, expect, test } from "vitest";
import { issuerFromHost, issuerFromPath } from "../../src/many-issuers/index.js";
import { misuseOf } from "../support/managed-registration.js";

const BASE = "https://as.example";
const get = (url: string, host?: string) => ({
  method: "GET",
  url,
  headers: new Headers(host === undefined ? {} : { host }),
});

describe("issuerFromPath", () => {
  test.each([
    ["/acme/register", "acme"],
    ["/acme/register/some-client", "acme"],
    ["/acme", "acme"],
    ["/Acme/register", "Acme"],
    ["/a.b_c-d/register", "a.b_c-d"],
    ["/.well-known/oauth-authorization-server/acme", "acme"],
    ["/.well-known/openid-configuration/acme", "acme"],
    ["/acme/.well-known/openid-configuration", "acme"],
    ["/acme/register?x=/other/register", "acme"],
  ])("reads %s", async (path, tenant) => {
    expect(await issuerFromPath(BASE)(get(`http://localhost${path}`))).toBe(`${BASE}/${tenant}`);
  });

  test.each([
    "/",
    "",
    "//acme/register",
    "/%61cme/register",
    "/acme%2Fother/register",
    "/../register/",
    "/.well-known/oauth-authorization-server",
    "/.well-known/other/acme",
    "/-acme/register",
    "/acme./register",
    `/${"a".repeat(129)}/register`,
    "/ä/register",
  ])("finds no tenant in %s", async (path) => {
    const found = await issuerFromPath(BASE)(get(`http://localhost${path}`));
    // A URL parser takes the dots away before anybody looks.
    expect(found).toBe(path === "/../register/" ? `${BASE}/register` : undefined);
  });

  test("reads behind the path of the base, in the inserted form too", async () => {
    const issuerOf = issuerFromPath(`${BASE}/a.b`);
    for (const path of ["/a.b/acme/register", "/.well-known/oauth-authorization-server/a.b/acme"]) {
      expect(await issuerOf(get(BASE + path))).toBe(`${BASE}/a.b/acme`);
    }
    for (const path of ["/acme/register", "/axb/acme/register", "/a.b/register/../../acme/x"]) {
      expect(await issuerOf(get(BASE + path))).toBeUndefined();
    }
  });

  test("does not look at the host, and takes what is no URL", async () => {
    expect(await issuerFromPath(BASE)(get("http://evil.example/acme/register", "evil.example"))).toBe(
      `${BASE}/acme`,
    );
    expect(await issuerFromPath(BASE)(get("http://:::/acme"))).toBeUndefined();
  });

  test.each([
    "as.example",
    "https://as.example/",
    "https://as.example?x",
    "https://as.example#",
    "ftp://a.example",
    7,
  ])("is not built from %s", (base) =>
    expect(misuseOf(() => issuerFromPath(base as never))).toBe("ERR_PUBLIC_URL"),
  );
});

describe("issuerFromHost", () => {
  const issuerOf = issuerFromHost(["acme.example", "other.example:8443"]);

  test.each([
    [get("http://localhost/register", "acme.example"), "https://acme.example"],
    [get("http://localhost/register", "ACME.example:443"), "https://acme.example"],
    [get("http://localhost/register", "other.example:8443"), "https://other.example:8443"],
    [get("https://acme.example/register"), "https://acme.example"],
  ])("finds %o", async (request, issuer) => {
    expect(await issuerOf(request)).toBe(issuer);
  });

  test.each([
    "evil.example",
    "acme.example.evil.example",
    "acme.example:8443",
    "other.example",
    "acme.example/x",
    "x@acme.example",
    "acme.example#",
    "acme.example,evil.example",
    "acme.example.",
    "",
    "[::1]",
  ])("does not take the host %s", async (host) => {
    expect(
      await issuerOf({ ...get("https://acme.example/register"), headers: { get: () => host } }),
    ).toBeUndefined();
  });

  test("reads no forwarding header", async () => {
    const headers = new Headers({
      host: "evil.example",
      "x-forwarded-host": "acme.example",
      forwarded: "host=acme.example",
    });
    expect(await issuerOf({ method: "GET", url: "https://acme.example/", headers })).toBeUndefined();
  });

  test("asks a function, with hosts alone and for true alone", async () => {
    const asked: string[] = [];
    const byFunction = issuerFromHost((host) => {
      asked.push(host);
      return Promise.resolve((host === "acme.example" || "yes") as boolean);
    });
    expect(await byFunction(get("http://localhost/", "acme.example"))).toBe("https://acme.example");
    expect(await byFunction(get("http://localhost/", "b.example"))).toBeUndefined();
    expect(await byFunction({ ...get("::"), headers: { get: () => "b.example/x" } })).toBeUndefined();
    expect(asked).toEqual(["acme.example", "b.example"]);
  });

  test.each([
    [[]],
    [["https://a.example"]],
    [["A.example"]],
    [["a.example:443"]],
    ["a.example"],
    [undefined],
  ])("is not built from %j", (allowed) =>
    expect(misuseOf(() => issuerFromHost(allowed as never))).toBe("ERR_OPTION"),
  );
});
