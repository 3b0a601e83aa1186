import { describe, expect, test } from "vitest";
import type { DocumentAdmissionRule } from "../../src/client-id-metadata-document/admission-rules.js";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { jsonDocument } from "../support/recording-connection.js";
import { documentRegistration, DOCUMENT, URL_OF_CLIENT } from "../support/document-registration.js";

const echo = (url: string) => jsonDocument({ ...DOCUMENT, client_id: url });

/** What becomes of a client_id under a rule for `match` with this verdict, before one of the other kind for all others. */
async function underRule(match: string, verdict: DocumentAdmissionRule["verdict"], clientId: string) {
  const others = verdict === "allow" ? "block" : "allow";
  const { find, asked } = documentRegistration(() => jsonDocument({ ...DOCUMENT, client_id: clientId }), {
    admission: [
      { match, verdict },
      { match: "*", verdict: others },
    ],
    allowQuery: true,
    allowRootPath: true,
  });
  const found = await find(clientId);
  const outcome = found.ok
    ? "allow"
    : found.error.kind === "awaiting_approval"
      ? "hold"
      : found.error.kind === "refused_document" && found.error.findings[0]?.rule === "document.blocked"
        ? "block"
        : found.error.kind;
  expect(asked.length, "blocked before anybody is asked").toBe(outcome === "block" ? 0 : 1);
  return outcome;
}

describe("the admission of a document's client", () => {
  test("is granted to every URL without rules", async () => {
    expect(await documentRegistration().find()).toMatchObject({ ok: true });
  });

  test("is what the first rule says that matches", async () => {
    const admission: DocumentAdmissionRule[] = [
      { match: "https://app.example/oauth/*", verdict: "allow" },
      { match: "app.example", verdict: "block" },
      { match: "*.partner.example", verdict: "allow" },
      { match: "*", verdict: "hold" },
    ];
    const { find, asked, events } = documentRegistration(echo, { admission });
    expect(await find()).toMatchObject({ ok: true, value: { status: "pending" } });
    expect(await find("https://app.example/elsewhere.json")).toMatchObject({
      ok: false,
      error: { kind: "refused_document", findings: [{ member: "client_id", rule: "document.blocked" }] },
    });
    expect(await find("https://a.b.partner.example/c.json")).toMatchObject({ ok: true });
    expect(await find("https://partner.example/c.json")).toEqual({
      ok: false,
      error: { kind: "awaiting_approval" },
    });
    expect(asked).toEqual([
      URL_OF_CLIENT,
      "https://a.b.partner.example/c.json",
      "https://partner.example/c.json",
    ]);
    expect(events.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 3 }, () => "client_document_accepted"),
      "client_held",
    ]);
  });

  test("holds a client as a policy does: known, audited, and without any use", async () => {
    const { find, events, registration } = documentRegistration(echo, {
      admission: [{ match: "*", verdict: "hold" }],
    });
    for (let i = 0; i < 2; i++) {
      expect(await find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    }
    const parameters = new URLSearchParams({ client_id: URL_OF_CLIENT });
    expect(await registration.authenticateClient({ parameters })).toMatchObject({
      ok: false,
      error: { kind: "invalid_client", reason: "awaiting_approval" },
    });
    expect(events).toMatchObject([
      {
        type: "client_document_accepted",
        status: "awaiting_approval",
        heldBecause: "the admission rule for * holds it",
      },
      { type: "client_held", heldBecause: "the admission rule for * holds it" },
    ]);
  });

  test("that holds a client ends with its approval, and begins anew when its redirect URIs change", async () => {
    let redirectUri = "https://app.example/callback";
    const { find, registration, at } = documentRegistration(
      (url) => jsonDocument({ ...DOCUMENT, client_id: url, redirect_uris: [redirectUri] }),
      { admission: [{ match: "*", verdict: "hold" }] },
    );
    await find();
    expect(await registration.approveClient(URL_OF_CLIENT)).toBe(true);
    expect(await find()).toMatchObject({ ok: true, value: { status: "pending" } });
    redirectUri = "https://app.example/elsewhere";
    at(86_401);
    expect(await find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
  });

  test("that is blocked later ends a client that was used", async () => {
    const store = memoryStore();
    const before = documentRegistration(echo, {}, { store });
    const found = await before.find();
    if (!found.ok) throw new Error(found.error.kind);
    await before.registration.recordClientUse(found.value);
    const rules = (verdict: DocumentAdmissionRule["verdict"]) =>
      documentRegistration(echo, { admission: [{ match: "*", verdict }] }, { store });
    expect(await rules("hold").find()).toMatchObject({ ok: true, value: { status: "active" } });
    const blocking = rules("block");
    expect(await blocking.find()).toMatchObject({ ok: false, error: { kind: "refused_document" } });
    expect(blocking.asked).toEqual([]);
  });

  test("that is granted is no way around a policy", async () => {
    const { find, events } = documentRegistration(
      echo,
      { admission: [{ match: "*", verdict: "allow" }] },
      { policies: { every: [holdForApproval()] } },
    );
    expect(await find()).toEqual({ ok: false, error: { kind: "awaiting_approval" } });
    expect(events).toMatchObject([{ heldBecause: "held by policy" }, { type: "client_held" }]);
  });
});

describe("a pattern", () => {
  test.each<[string, string, boolean]>([
    // A host, on every port and with every path.
    ["app.example", "https://app.example/c", true],
    ["APP.Example", "https://app.example/c", true],
    ["app.example", "https://APP.EXAMPLE/c", true],
    ["app.example", "https://app.example:8443/c?v=1", true],
    ["app.example", "https://www.app.example/c", false],
    ["app.example", "https://app.example.evil.example/c", false],
    ["app.example", "https://evilapp.example/c", false],
    ["müller.example", "https://xn--mller-kva.example/c", true],
    ["MÜLLER.example", "https://xn--mller-kva.example/c", true],
    ["xn--mller-kva.example", "https://XN--MLLER-KVA.example/c", true],
    ["93.184.216.34", "https://93.184.216.34/c", true],
    ["[2606:4700::1]", "https://[2606:4700::1]/c", true],
    // The names below it.
    ["*.app.example", "https://a.b.app.example/c", true],
    ["*.app.example", "https://app.example/c", false],
    ["*.app.example", "https://evilapp.example/c", false],
    ["*.müller.example", "https://a.xn--mller-kva.example/c", true],
    // The URLs below a path.
    ["https://app.example/a/*", "https://app.example/a/c", true],
    ["HTTPS://APP.example/a/*", "https://app.example/a/b/c", true],
    ["https://app.example/a/*", "https://app.example:443/a/c", true],
    ["https://app.example:443/a/*", "https://app.example/a/c", true],
    ["https://app.example/a/*", "https://app.example/a/c?v=1", true],
    ["https://app.example/a/*", "https://app.example/ab/c", false],
    ["https://app.example/a/*", "https://app.example/b/a/c", false],
    ["https://app.example/a/*", "https://www.app.example/a/c", false],
    ["https://app.example/*", "https://app.example/", true],
    ["https://app.example:8443/*", "https://app.example:8443/c", true],
    ["https://app.example:8443/*", "https://app.example/c", false],
    ["https://müller.example/*", "https://xn--mller-kva.example/c", true],
    ["https://localhost:8443/*", "https://app.example/c", false],
    // One URL.
    ["https://app.example/c.json", "https://app.example/c.json", true],
    ["https://app.example/c.json", "https://app.example/c.jsonx", false],
    ["https://app.example/", "https://app.example/", true],
    ["https://app.example/", "https://app.example/c", false],
  ])("%s and %s: %j, whatever the verdict", async (match, clientId, isMatch) => {
    for (const verdict of ["allow", "block"] as const) {
      const other = verdict === "allow" ? "block" : "allow";
      expect(await underRule(match, verdict, clientId)).toBe(isMatch ? verdict : other);
    }
    expect(await underRule(match, "hold", clientId)).toBe(isMatch ? "hold" : "allow");
  });

  test.each([
    ["https://app.example/a/*", "https://app.example:8443/a/c"],
    ["https://app.example/a/*", "https://app.example/A/c"],
    ["https://app.example/a/*", "https://app.example/%61/c"],
    ["https://app.example/a/*", "https://app.example/%2561/c"],
    ["https://app.example/a/*", "https://app.example//a/c"],
    ["https://app.example/a/*", "https://app.example/a;v=1/c"],
    ["https://app.example/a/*", "https://app.example/a%3bv=1/c"],
    ["https://app.example/a/*", "https://app.example/a"],
    ["https://app.example/c.json", "https://app.example/c.json?v=1"],
    ["https://app.example/c.json", "https://app.example/c.json/"],
    ["https://app.example/c.json", "https://app.example/C.JSON"],
    ["https://app.example/c.json", "https://app.example:8443/c%2ejson"],
    ["https://app.example/%61/*", "https://app.example/a/c"],
  ])("%s blocks and holds %s too, and does not allow it", async (match, clientId) => {
    expect(await underRule(match, "block", clientId)).toBe("block");
    expect(await underRule(match, "hold", clientId)).toBe("hold");
    expect(await underRule(match, "allow", clientId)).toBe("block");
  });

  test.each([
    "https://app.example/a/../b/c",
    "https://app.example/a/%2e%2e/b/c",
    "https://app.example/a/..%2fb/c",
    "https://app.example/a/..;/b/c",
    "https://app.example/a/\\..\\b/c",
    "https://app.example@evil.example/a/c",
    "https://app.example:443@evil.example/a/c",
    "https://evil.example#@app.example/a/c",
    "https://app.example./a/c",
    "https://app。example/a/c",
    "https://app.example:0443/a/c",
    "https:/app.example/a/c",
    "https:///app.example/a/c",
    "https://app.example/a/c\t",
  ])("allows no other reading of %j", async (clientId) => {
    const { find, asked } = documentRegistration(echo, {
      admission: [
        { match: "https://app.example/a/*", verdict: "allow" },
        { match: "app.example", verdict: "allow" },
        { match: "*", verdict: "block" },
      ],
    });
    expect(await find(clientId)).toMatchObject({ ok: false });
    expect(asked).toEqual([]);
  });
});

describe("rules", () => {
  const all = { match: "*", verdict: "allow" };
  test.each<[unknown, string]>([
    ["app.example", "admission: must be a list of rules"],
    [[], "admission: the last rule must be for *"],
    [[{ match: "app.example", verdict: "block" }], "admission: the last rule must be for *"],
    [[all, all], "admission[0]: only the last rule is for *"],
    [[{ match: "app.example", verdict: "deny" }, all], "admission[0].verdict: must be allow, block or hold"],
    [[{ match: "app.example" }, all], "admission[0].verdict: must be allow, block or hold"],
    [[{ match: "a.example", verdict: "block", matches: "b.example" }, all], "there is no option matches"],
    [["app.example", all], "admission[0]: give it an object of options"],
    [[{ verdict: "block" }, all], "admission[0].match"],
    ...[
      "",
      "*app.example",
      "*.com",
      "app.*",
      "app.example:8443",
      "app.example.",
      "user@app.example",
      "a pp.example",
      "mül\tler.example",
      "app.example/c.json",
      "http://app.example/*",
      "//app.example/*",
      "https://app.example",
      "https://app.example*",
      "https://app.example/a*",
      "https://app.example/*/c",
      "https://*.app.example/*",
      "https://user@app.example/*",
      "https://müller@app.example/*",
      "https://app.example/a/../*",
      "https://app.example/a/%2e%2e/*",
      "https://app.example/c?v=1",
      "https://app.example/c#",
      "https://app.example/c\\*",
      "https://app.example/ü/*",
      "https://app.example:0/*",
      "https://127.1/*",
      "/^https/",
      5,
    ].map((match): [unknown, string] => [[{ match, verdict: "block" }, all], "admission[0].match"]),
  ])("%j are refused at construction: %s", (admission, message) => {
    const build = () => documentRegistration(echo, { admission: admission as never });
    expect(build).toThrow(MisuseError);
    expect(build).toThrow(message);
  });
});
