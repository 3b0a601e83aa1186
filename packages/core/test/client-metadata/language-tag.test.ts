import { describe, expect, test } from "vitest";
import { assess, CALLBACK, TABLE } from "./assess.js";
import { goodValue } from "./good-values.js";

describe("language variants (RFC 7591 section 2.2)", () => {
  const localisable = [...TABLE.values()].filter((member) => member.localisable);

  test("the members for people have them", () => {
    expect(localisable.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri"]),
    );
  });

  test.each(localisable)("$name#tag is checked like $name", (member) => {
    const good = goodValue(member);
    const { metadata, findings } = assess({
      ...CALLBACK,
      [`${member.name}#ja`]: good,
      [`${member.name}#de-ch`]: good,
    });
    expect(metadata).toMatchObject({ [`${member.name}#ja`]: good, [`${member.name}#de-CH`]: good });
    expect(metadata).not.toHaveProperty([member.name]);
    expect(findings).toEqual([]);

    const wrong = assess({ ...CALLBACK, [`${member.name}#ja`]: 7 });
    expect(wrong.errors).toEqual([`${member.name}#ja metadata.type`]);
    const empty = assess({ ...CALLBACK, [`${member.name}#ja`]: "" });
    expect(empty.warnings).toEqual([`${member.name}#ja metadata.empty`]);
    expect(empty.metadata).not.toHaveProperty([`${member.name}#ja`]);
  });

  test.each([
    ["ja", "ja"],
    ["JA", "ja"],
    ["EN-us", "en-US"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["de-1996", "de-1996"],
    ["es-419", "es-419"],
    ["en-x-private", "en-x-private"],
  ])("#%s is kept as #%s", (sent, kept) => {
    expect(assess({ ...CALLBACK, [`client_name#${sent}`]: "X" }).metadata).toHaveProperty(
      [`client_name#${kept}`],
      "X",
    );
  });

  test("two spellings of one tag are one language, given twice", () => {
    const { errors } = assess({ ...CALLBACK, "client_name#ja": "A", "client_name#JA": "B" });
    expect(errors).toEqual(["client_name#ja metadata.language_twice"]);
    expect(assess({ ...CALLBACK, "client_name#ja": "A", "client_name#JA": "" }).errors).toEqual([]);
  });

  test.each([
    "",
    "!",
    "j",
    "ja_JP",
    "ja#de",
    " ja",
    "ja ",
    "-ja",
    "toolonglanguage",
    "\u65e5",
    "en\u0000",
    `en-x-${"a".repeat(40)}`,
    `en${"-variant1".repeat(20)}`,
  ])("client_name#%s has no tag and is ignored", (tag) => {
    const { metadata, warnings, errors } = assess({ ...CALLBACK, [`client_name#${tag}`]: "X" });
    expect(Object.keys(metadata ?? {}).filter((name) => name.startsWith("client_name"))).toEqual([]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/ metadata\.unknown$/);
    expect(errors).toEqual([]);
  });

  test.each([
    "redirect_uris",
    "scope",
    "jwks_uri",
    "jwks",
    "contacts",
    "software_id",
    "nonsense",
    "client_id",
    "",
  ])("%s#ja is no member", (name) => {
    const { metadata, warnings } = assess({ ...CALLBACK, [`${name}#ja`]: "X" });
    expect(metadata).not.toHaveProperty([`${name}#ja`]);
    expect(warnings).toEqual([`${name}#ja metadata.unknown`]);
  });
});
