import { describe, expect, test } from "vitest";
import { chooseLanguage } from "../../src/consent-page/choose-language.js";
import { consentPage, PAGE_TEXTS, pageLook } from "../../src/consent-page/index.js";
import { requireTexts } from "../../src/consent-page/require-texts.js";
import { unknownClientPage } from "../../src/http/client-answers.js";
import { MisuseError } from "../../src/index.js";

describe("the language of a page", () => {
  const languages = Object.keys(PAGE_TEXTS);

  test.each([
    ["de-AT,de;q=0.9,en;q=0.8", "de"],
    ["en;q=0.5, FR;q=0.9", "fr"],
    ["zh-CN", "zh-Hans"],
    ["zh", "zh-Hans"],
    // There is no traditional Chinese, and the simplified is nearer to it than English.
    ["zh-TW,en;q=0.1", "zh-Hans"],
    ["es-419", "es"],
    ["ja;q=0, de", "de"],
    ["*", "en"],
    ["pt-BR, it", "en"],
    [", ;q=1, -, de_DE, \u0000", "en"],
    ["de;q=2, fr", "fr"],
    [`${"x,".repeat(100)}de`, "en"],
    [null, "en"],
    [undefined, "en"],
  ])("for %j is %s", (header, language) => {
    expect(chooseLanguage(header, languages, "en")).toBe(language);
  });

  test("prefers the script that is asked for, and any script to another language", () => {
    expect(chooseLanguage("zh-HK, en", ["en", "zh-Hans", "zh-Hant"], "en")).toBe("zh-Hant");
    expect(chooseLanguage("zh-HK, en", ["en", "zh-Hans"], "en")).toBe("zh-Hans");
  });

  test("is the one that the user has chosen, before that of the browser", async () => {
    const page = unknownClientPage({ kind: "disabled" }, { language: "es", acceptLanguage: "de" });
    expect(page.headers.get("content-language")).toBe("es");
    expect(await page.text()).toContain(PAGE_TEXTS.es.errors.not_allowed.title);
    const other = unknownClientPage({ kind: "disabled" }, { language: "nonsense", acceptLanguage: "de" });
    expect(other.headers.get("content-language")).toBe("de");
    const endless = `es-x${"-abcdefgh".repeat(20)}`;
    const long = unknownClientPage(
      { kind: "disabled" },
      { language: endless, acceptLanguage: `${endless}, de` },
    );
    expect(long.headers.get("content-language")).toBe("de");
  });

  test.each(Object.entries(PAGE_TEXTS))("%s has all texts with their placeholders", (tag, texts) => {
    expect(() => requireTexts(tag, texts)).not.toThrow();
  });

  test("can be one more, from right to left", async () => {
    const look = pageLook({ languages: { he: { ...PAGE_TEXTS.en, direction: "rtl" } } });
    const page = unknownClientPage({ kind: "disabled" }, { look, acceptLanguage: "he-IL" });
    expect(await page.text()).toContain('<html lang="he" dir="rtl">');
  });
});

describe("pageLook", () => {
  const { warnings } = PAGE_TEXTS.en;
  test.each([
    ["did you mean brand", { brnad: {} }],
    ["did you mean name", { brand: { name: "A", nam: "x" } }],
    ["brand.name", { brand: { name: " " } }],
    ["brand.logo", { brand: { name: "A", logo: "https://cdn.example/logo.png" } }],
    ["theme.light.accent: must be #rgb", { theme: { light: { accent: "red;}</style><script>" } } }],
    ["theme.light.accentText: has a contrast of 1", { theme: { light: { accent: "#fff" } } }],
    ["theme.dark.mutedText: has a contrast of", { theme: { dark: { mutedText: "#333" } } }],
    ["theme.radius", { theme: { radius: 100 } }],
    ["theme.fontFamily", { theme: { fontFamily: "a;}</style>" } }],
    ["defaultLanguage", { defaultLanguage: "it" }],
    ["languages.it: must be an object", { languages: { it: "x" } }],
    ["languages.it.allow: must be a text", { languages: { it: { ...PAGE_TEXTS.en, allow: "" } } }],
    [
      "languages.it.account: must have the placeholders {account}",
      {
        languages: { it: { ...PAGE_TEXTS.en, account: "x" } },
      },
    ],
    [
      "languages.it.warnings.loopback: must be an object",
      {
        languages: { it: { ...PAGE_TEXTS.en, warnings: { ...warnings, loopback: undefined } } },
      },
    ],
    ["languages.it.extra: there is no such text", { languages: { it: { ...PAGE_TEXTS.en, extra: "x" } } }],
    ["must be a language tag", { languages: { 'x" onload="': PAGE_TEXTS.en } }],
    ["is no scope", { scopeDescriptions: { "a b": "x" } }],
    ["must have a text for each language", { scopeDescriptions: { a: {} } }],
  ])("refuses a wrong option: %s", (message, options) => {
    const call = () => pageLook(options as never);
    expect(call).toThrow(MisuseError);
    expect(call).toThrow(message);
  });

  test("shows the brand and the colours of the operator, and the warnings in its own", async () => {
    const look = pageLook({
      brand: { name: "A & B", logo: "/logo.svg" },
      theme: { light: { accent: "#064" }, radius: 0 },
    });
    const view = {
      clientId: "c",
      redirect: { kind: "https", destination: "app.example" },
      tier: "unknown",
      domains: [],
      members: [],
      warnings: [],
    } as const;
    const response = consentPage(view, { action: "/consent", scopes: [], look });
    const page = await response.text();
    expect(page).toContain(
      '<header class="brand"><img src="/logo.svg" alt="" /><span>A &#38; B</span></header>',
    );
    expect(page).toContain("--accent:#064;");
    expect(page).toContain("--danger:");
    expect(page).toContain("– A &#38; B</title>");
  });
});
