import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { isWithinOneEdit } from "../../src/policy/reserved-names/reserved-names.js";
import { reserveNames } from "../../src/policy/reserved-names/reserve-names.js";
import { CALLBACK, outcome, verdictOn } from "./proposal.js";

const RESERVED = [
  "Google",
  "GitHub",
  "Slack",
  "Acme",
  "Visual Studio Code",
  "Yahoo!",
  "Contoso",
  "Amazon",
  "X",
  "Windows",
  "Cloud",
  "\u6771\u4eac\u9280\u884c",
];
const policy = reserveNames(RESERVED);
const verdict = (client_name: string) => verdictOn({ client_name }, policy);

describe("a name that is reserved or looks like one", () => {
  test.each([
    ["itself", "Google"],
    ["letter case", "gOOGLE"],
    ["full width", "\uff27\uff4f\uff4f\uff47\uff4c\uff45"],
    ["mathematical letters", "\u{1d53e}\u{1d560}\u{1d560}\u{1d558}\u{1d55d}\u{1d556}"],
    ["small capitals", "\u0262\u1d0f\u1d0f\u0262\u029f\u1d07"],
    ["superscripts", "\u1d33\u1d52\u1d52\u1d4d\u02e1\u1d49"],
    ["circled letters", "\u24bc\u24de\u24de\u24d6\u24db\u24d4"],
    ["Cyrillic", "G\u043e\u043egle"],
    ["all Cyrillic", "\u0410\u041c\u0410ZO\u041d"],
    ["Greek", "\u0391\u03bcaz\u03bfn"],
    ["Armenian", "G\u0585\u0585gle"],
    ["Cherokee", "\u13aacme"],
    ["Lisu", "\ua4ee\ua4da\ua4df\ua4f0"],
    ["Lisu in the midst of Latin", "Am\ua4eezon"],
    ["a script that is not in the table, mixed with Latin", "Con\u{10404}oso"],
    ["mixed scripts, whatever they mean", "Sl\u0436ck"],
    ["accents", "G\u00f3\u00f6gl\u00e9"],
    ["loose accents", "Ac\u0301me\u0336"],
    ["zero-width characters", "Ac\u200bm\u200d\u2060e\ufeff"],
    ["a soft hyphen", "Ac\u00adme"],
    ["Hangul fillers", "Ac\u3164m\uffa0e"],
    ["variation selectors and tags", "Acme\ufe0f\u{e0041}"],
    ["spaces", "A c\u00a0m\u3000e"],
    ["punctuation", "A.c-m_e"],
    ["brackets", "[Acme]"],
    ["an emoji", "Acme \u2705"],
    ["zero for o", "Cont0s0"],
    ["one for l", "S1ack"],
    ["capital i for l", "SIack"],
    ["a bar for l", "S|ack"],
    ["a palochka for l", "S\u04cfack"],
    ["digits", "4cm3"],
    ["signs", "$l@ck"],
    ["an exclamation mark", "Acme!"],
    ["without its own sign", "yahoo"],
    ["r and n for m", "Acrne"],
    ["two v for w", "VVindows"],
    ["c and l for d", "Doud"],
    ["c and a capital i for d", "cIoud"],
    ["two letters swapped", "Googel"],
    ["a letter less", "Gogle"],
    ["a letter more", "Gooogle"],
    ["another letter", "Gougle"],
    ["another letter, in spaces", "G o u g l e"],
    ["words after it", "Acme Login"],
    ["words around it", "The official Acme app"],
    ["words glued in camel case", "AcmeLogin"],
    ["camel case that parts the name itself", "gitHub login"],
    ["a typing error beside other words", "Githab Desktop"],
    ["words of it glued", "VisualStudioCode"],
    ["words of it parted", "Visual Stu dio Code"],
    ["words around words", "Vizual Studio Code - Insiders"],
    ["one letter, alone", "x"],
    ["another script", "\u6771\u4eac\u9280\u884c"],
    ["another script, in spaces", "\u6771\u4eac \u9280\u884c"],
    ["what cannot be told", "a ".repeat(33)],
  ])("%s: %s", (_, name) => {
    expect(verdict(name)).toBe("refuse");
  });

  test.each([
    "Cursor",
    "Acne",
    "Acmes",
    "Slick",
    "Goggles",
    "Goblet",
    "Amazonia Tours",
    "Visual Studio",
    "Mac OS X Helper",
    "a ".repeat(32),
    "\u6771\u4eac",
    "\u041f\u0440\u0438\u0432\u0435\u0442",
    "\u2705",
    "!!!",
    "\u00b5Torrent",
    "\u041c\u043e\u0439 Editor",
    "Kakao\uce74\uce74\uc624",
    "\u697d\u5929Market",
  ])("%s is another name", (name) => {
    expect(verdict(name)).toBe("accept");
  });
});

describe("where it looks", () => {
  it.each([
    "client_name",
    "client_name#ja",
    "client_name#zh-Hant-TW",
    "organization_name",
    "organization_name#de",
  ])("%s", (member) => {
    expect(outcome({ ...CALLBACK, client_name: "App", [member]: "Acme" }, policy)).toBe(
      `invalid_client_metadata: ${member} has or looks like a reserved name, or cannot be told from one (policy.refused)`,
    );
  });

  it.each([
    ["description", "The official client of Acme."],
    ["description", `${"Does many things. ".repeat(50)} Made by \u0410cme!`],
    ["description#de", "Von Visual Studio Code"],
    ["contacts", ["me@app.example", "support@acme.example"]],
    ["contacts", ["Acme Support <me@app.example>"]],
  ])("%s: %j", (member, value) => {
    expect(outcome({ ...CALLBACK, client_name: "App", [member]: value }, policy)).toMatch(
      /has or looks like a reserved name/,
    );
  });

  it("forgives no letter in texts, where any word may be near a name", () => {
    const body = {
      description: "A goggle of words about gougle and clouds",
      contacts: ["acmes@app.example"],
    };
    expect(outcome({ ...CALLBACK, client_name: "App", ...body }, policy)).toBe("accepted");
  });

  it("and nowhere else", () => {
    const body = { client_name: "App", software_id: "Acme", client_uri: "https://acme.example/" };
    expect(outcome({ ...CALLBACK, ...body }, policy)).toBe("accepted");
    expect(outcome(CALLBACK, policy)).toBe("accepted");
  });

  it("R7591-30 a name that a trusted software statement gave is its owner's", () => {
    const body = { ...CALLBACK, client_name: "Acme", "client_name#ja": "Acme" };
    expect(outcome(body, policy, { verified: ["client_name", "redirect_uris"] })).toBe("accepted");
    // A statement can be sent by anybody, with redirect URIs of their own.
    expect(outcome(body, policy, { verified: ["client_name"] })).toMatch(
      /client_name has or looks like a reserved name/,
    );
  });
});

test("no disguise of one character makes a name of a reserved one", () => {
  const disguise = fc.constantFrom("\u200b", "\u0301", " ", ".", "-", "\u00ad", "\u2063");
  fc.assert(
    fc.property(fc.constantFrom(...RESERVED), fc.nat(30), disguise, fc.boolean(), (name, at, sign, upper) => {
      const place = at % (name.length + 1);
      const cased = upper ? name.toUpperCase() : name.toLowerCase();
      expect(verdict(cased.slice(0, place) + sign + cased.slice(place))).toBe("refuse");
    }),
  );
});

test("any text gets a verdict, and hides no reserved name before it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(0x10ffff), { maxLength: 60 }).map((points) => String.fromCodePoint(...points)),
      (name) => {
        expect(["accept", "refuse"]).toContain(verdict(name));
        expect(verdict(`Acme ${name}`)).toBe("refuse");
      },
    ),
  );
});

test("one edit: against the distance computed in full", () => {
  const distance = (a: string, b: string): number => {
    const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
    rows[0] = Array.from({ length: b.length + 1 }, (_, j) => j);
    for (let i = 1; i <= a.length; i++)
      for (let j = 1; j <= b.length; j++) {
        const costs = [
          rows[i - 1]![j]! + 1,
          rows[i]![j - 1]! + 1,
          rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        ];
        if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) costs.push(rows[i - 2]![j - 2]! + 1);
        rows[i]![j] = Math.min(...costs);
      }
    return rows[a.length]![b.length]!;
  };
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(isWithinOneEdit(a, b)).toBe(distance(a, b) <= 1);
    }),
    { numRuns: 2000 },
  );
});

test.each([[[]], [undefined], ["Acme"], [[""]], [["!!!"]], [["\u200b"]], [["Acme", 7]]])(
  "misuse fails at construction: %j",
  (names) => {
    expect(() => reserveNames(names as string[])).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
  },
);
