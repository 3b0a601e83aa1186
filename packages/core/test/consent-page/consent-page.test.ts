import { describe, expect, test } from "vitest";
import type { LedgerWarning } from "../../src/consent-ledger/compare-consent.js";
import {
  allowedScopes,
  consentPage,
  PAGE_TEXTS,
  pageLook,
  returnPage,
  type AnyConsentView,
  type ConsentPageOptions,
} from "../../src/consent-page/index.js";
import { MisuseError } from "../../src/index.js";

const VIEW: AnyConsentView = {
  clientId: "client-1",
  redirect: { kind: "https", destination: "app.example" },
  tier: "unknown",
  domains: [],
  members: [{ member: "client_name", value: "Notes", isVerified: false }],
  warnings: [],
};
const OPTIONS: ConsentPageOptions = { action: "/consent", scopes: ["files:read"] };

const pageOf = (view: Partial<AnyConsentView>, options: Partial<ConsentPageOptions> = {}) =>
  consentPage({ ...VIEW, ...view }, { ...OPTIONS, ...options }).text();
const named = (value: string, isVerified = false) => ({
  members: [{ member: "client_name", value, isVerified }],
});
/** What a reader sees, without markup. */
const textOf = (page: string) =>
  page
    .replace(/<style>[^]*<\/style>/, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

describe("consentPage", () => {
  test("has headers that keep scripts, frames and caches away, and allow its one style", async () => {
    const response = consentPage(VIEW, OPTIONS);
    expect(response.status).toBe(200);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
    });
    const page = await response.text();
    const style = /<style>([^]*)<\/style>/.exec(page)?.[1] ?? "";
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
    expect(policy).toContain(btoa(String.fromCharCode(...new Uint8Array(digest))));
    expect(page).not.toMatch(/<script|style="|url\(|@import|javascript:|\son\w+=/i);
  });

  test("shows the destination before all that the client says, and the warnings between them", async () => {
    const page = await pageOf({ warnings: ["look_alike_name"], ...named("Claude") });
    const order = ["app.example</bdi>", PAGE_TEXTS.en.warnings.look_alike_name.title, "Claude", "<form"];
    const places = order.map((text) => page.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(page).toContain("<title>Allow access to your account? app.example</title>");
  });

  test("names no program of this device by its address alone, and no scheme as a host", async () => {
    const loopback = { kind: "loopback", destination: "127.0.0.1" } as const;
    expect(textOf(await pageOf({ redirect: loopback, warnings: ["loopback"] }))).toMatch(
      /Access goes to\s+A program on this device\s+127\.0\.0\.1/,
    );
    const scheme = { kind: "private_use", destination: "claude.ai:" } as const;
    const page = textOf(await pageOf({ redirect: scheme, warnings: ["private_use_scheme"] }));
    expect(page).toMatch(/An app on this device\s+The app that opens\s+claude\.ai:\s+links/);
  });

  test("shows the two ends of a scheme that is as long as its URI, wherever it shows the scheme", async () => {
    const destination = `com.example.${"a".repeat(1900)}.app:`;
    const redirect = { kind: "private_use", destination } as const;
    const page = await pageOf({ redirect, warnings: ["private_use_scheme"] });
    const shown = page.match(/<code>.*?<\/code>/g);
    expect(shown).toHaveLength(2);
    for (const code of shown ?? []) {
      expect(textOf(code).trim()).toBe(`com.example.${"a".repeat(18)}…${"a".repeat(25)}.app:`);
    }
    expect(page).not.toContain("a".repeat(40));
  });

  test.each(Object.keys(PAGE_TEXTS.en.warnings) as LedgerWarning[])(
    "says %s in the words of each language, and ties it to the button",
    async (warning) => {
      for (const [language, texts] of Object.entries(PAGE_TEXTS)) {
        const page = await pageOf({ warnings: [warning], clientIdHost: "known.example" }, { language });
        expect(page).toContain(`<html lang="${language}" dir="ltr">`);
        expect(page).toContain(`<h3>${texts.warnings[warning].title}</h3>`);
        expect(textOf(page)).not.toMatch(/[{}]/);
        expect(page).toMatch(/value="allow"[^>]*aria-describedby="destination warning-list"/);
      }
    },
  );

  test("shows a verified name and a claimed one in two lists", async () => {
    const claimed = await pageOf(named("Acme"));
    expect(claimed).toMatch(/<q><bdi dir="auto">Acme<\/bdi><\/q> <span class="tag">Not verified/);
    expect(claimed).not.toContain("tag good");
    const verified = await pageOf(named("Acme", true));
    expect(verified).toMatch(/<dd><bdi dir="auto">Acme<\/bdi> <span class="tag good">/);
    expect(verified.indexOf("Acme")).toBeLessThan(verified.indexOf(PAGE_TEXTS.en.claimed.title));
  });

  test.each(["unknown", "domain_verified", "approved", "first_party"] as const)(
    "says how far the operator trusts the client: %s",
    async (tier) => {
      const page = await pageOf({ tier, ...named("Acme") });
      expect(textOf(page)).toContain(PAGE_TEXTS.en.tiers[tier].title);
      // The tier is the operator's word on the client, and not on its name.
      expect(page).toMatch(/Acme<\/bdi><\/q> <span class="tag">Not verified/);
    },
  );

  test("says which domains vouch for the client, and since when", async () => {
    const domains = [{ domain: "app.example", verifiedAt: 1_762_128_000, seenAt: 1_762_128_000 }];
    const page = textOf(await pageOf({ tier: "domain_verified", domains }, { language: "de" }));
    expect(page.replace(/\s+/g, " ")).toContain("app.example bestätigt diese App seit dem 3. November 2025");
  });

  test("takes the name in the language of the page", async () => {
    const members = [
      { member: "client_name", value: "Notes", isVerified: false },
      { member: "client_name#ja", value: "メモ", isVerified: false },
    ];
    expect(await pageOf({ members }, { acceptLanguage: "ja-JP" })).toContain("メモ");
    expect(await pageOf({ members }, { acceptLanguage: "fr" })).toContain("Notes");
    // A claim in one language does not displace what is verified.
    const verified = members.map((member, i) => ({ ...member, isVerified: i === 0 }));
    expect(await pageOf({ members: verified }, { acceptLanguage: "ja" })).not.toContain("メモ");
  });

  test("links only to the destination, a domain of the client, or what is verified", async () => {
    const uri = (value: string, isVerified = false) => ({
      members: [{ member: "policy_uri", value, isVerified }],
    });
    expect(await pageOf(uri("https://app.example/privacy"))).toContain('href="https://app.example/privacy"');
    expect(await pageOf(uri("https://other.example/privacy"))).not.toContain("href=");
    expect(await pageOf(uri("https://other.example/privacy", true))).toContain("href=");
    for (const value of ["javascript:alert(1)", "http://app.example/", "https://app.example@evil.example/"]) {
      expect(await pageOf(uri(value, true))).not.toContain("href=");
    }
    const scheme = { kind: "private_use", destination: "app.example" } as const;
    expect(await pageOf({ ...uri("https://app.example/"), redirect: scheme })).not.toContain("href=");
  });

  test("describes scopes in the language of the page, and marks what is more than before", async () => {
    const look = pageLook({
      scopeDescriptions: { "files:read": { en: "See files", de: "Dateien ansehen" }, all: "Everything" },
    });
    const view = { warnings: ["scopes_widened"], newScopes: ["all"] } as const;
    const scopes = ["files:read", "all", "raw"];
    const page = textOf(await pageOf(view, { look, scopes, language: "de" })).replace(/\s+/g, " ");
    expect(page).toMatch(/Dateien ansehen files:read Everything Neu all raw Ablehnen/);
    expect(textOf(await pageOf({}, { look, scopes, language: "fr" }))).toContain("See files");
    expect(textOf(await pageOf({}, { scopes: [] }))).toContain(PAGE_TEXTS.en.noScopes);
  });

  test("sends the caller's fields, and a scope that the user may clear", async () => {
    const options = { scopes: ["a", "b"], optionalScopes: ["b"], fields: { ticket: '"><script>' } };
    const page = await pageOf({}, options);
    expect(page).toContain('<input type="hidden" name="ticket" value="&#34;&#62;&#60;script&#62;" />');
    expect(page.match(/type="checkbox"[^>]*>/g)).toEqual([
      'type="checkbox" name="scope" value="b" checked />',
    ]);
    expect(page.indexOf('value="deny"')).toBeLessThan(page.indexOf('value="allow"'));
    const form = (text: string) => allowedScopes(new URLSearchParams(text), options);
    expect(form("scope=b")).toEqual(["a", "b"]);
    expect(form("")).toEqual(["a"]);
    expect(form("scope=c&scope=a")).toEqual(["a"]);
  });

  test.each([
    ["action", { action: "https://elsewhere.example/" }],
    ["action", { action: "//elsewhere.example/" }],
    ["action", { action: "javascript:alert(1)" }],
    ["logo", { logo: "https://elsewhere.example/logo.png" }],
    ["fields.decision", { fields: { decision: "allow" } }],
    ["scopes", { scopes: "files:read" }],
    ["must be what pageLook() returned", { look: { brand: { name: "A" } } }],
    ["did you mean fields", { field: {} }],
  ])("refuses a wrong option: %s", (message, options) => {
    const call = () => consentPage(VIEW, { ...OPTIONS, ...(options as object) });
    expect(call).toThrow(MisuseError);
    expect(call).toThrow(message);
  });
});

describe("a hostile client name", () => {
  test.each([
    ["HTML", `</dd><script>alert(1)</script>"'\``, `</dd><script>alert(1)</script>"'\``],
    ["overrides of direction", "\u202eedualC\u2066x\u2069", "edualCx"],
    ["control characters and line breaks", "a\u0000\r\n\u0085\u2028b", "a b"],
    ["invisible characters", "\u200b\u2060\ufeff\u00ad\u3164\u{e0041}N", "N"],
    ["marks that pile up", `Z${"\u0301".repeat(50)}o`, "Z\u0301\u0301\u0301o"],
    ["marks that pile up behind symbols", `Z${"\u0301\u0302\u0303✓".repeat(9)}o`, "Z\u0301\u0302\u0303o"],
    ["a check mark of Linear B", "\u{10100}\u{10101}\u{10102} Claude", "Claude"],
    ["a check mark", "Claude ✓ ✅ ☑ 🔒 verified", "Claude verified"],
  ])("of %s is shown as plain visible text", async (_, name, shown) => {
    const page = await pageOf(named(name));
    expect(page).not.toContain("<script");
    expect(/<q><bdi dir="auto">([^]*?)<\/bdi>/.exec(page)?.[1] ?? "").toBe(
      shown.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`),
    );
  });

  test.each(["x".repeat(4000), "x ".repeat(2000), "\u{1f3f4}".repeat(2000) + "x"])(
    "of thousands of letters is cut",
    async (name) => {
      const page = await pageOf(named(name));
      expect(Array.from(/<q>(.*)<\/q>/.exec(page)?.[1] ?? "").length).toBeLessThan(120);
    },
  );

  test.each(["\u200b\u202e", " ", "✓"])("of nothing visible (%j) is no name", async (name) => {
    expect(await pageOf(named(name))).not.toContain("<q>");
  });
});

describe("returnPage", () => {
  test("offers a way back that nobody takes without a click", async () => {
    const response = returnPage('app:/cb?error="><script>', { language: "fr" });
    expect(response.status).toBe(400);
    expect(response.headers.has("location")).toBe(false);
    expect(response.headers.get("content-security-policy")).toContain("form-action 'none'");
    const page = await response.text();
    expect(page).toContain('href="app:/cb?error=&#34;&#62;&#60;script&#62;"');
    expect(page).toContain(PAGE_TEXTS.fr.goBack);
  });
});
