import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REGISTERED_MEMBERS, RESERVED_MEMBERS } from "../../src/client-metadata/members.js";
import {
  expectSafeAnswer,
  FULL_BODY,
  fuzzedRegistration,
  postJson,
  SCOPES,
  type JsonAnswer,
} from "./fuzzed-registration.js";
import { GOOD_URIS, hostileUri } from "../redirect-uri/hostile-uri.js";

const TABLE = new Map(REGISTERED_MEMBERS.map((member) => [member.name, member]));
const LOCALISABLE = REGISTERED_MEMBERS.filter(({ localisable }) => localisable).map(({ name }) => name);
const SERVERS_OWN = new Set([
  "client_id",
  "client_secret",
  "client_id_issued_at",
  "client_secret_expires_at",
]);

const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...TABLE.keys()) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...LOCALISABLE),
        fc.constantFrom("ja", "JA", "de-DE", "x-y", "", "!", "a".repeat(40), "__proto__"),
      )
      .map((parts) => parts.join("#")),
  },
  { weight: 1, arbitrary: fc.constantFrom(...RESERVED_MEMBERS.keys()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "__proto__",
      "constructor",
      "prototype",
      "toString",
      "hasOwnProperty",
      "",
      "#",
      "#ja",
      "length",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
);

// As JSON text, since a value cannot say 1e400, -0 or `__proto__` as a member.
const RAW = [
  "null",
  '""',
  "[]",
  "{}",
  "[null]",
  '[""]',
  "[[]]",
  "[{}]",
  "0",
  "-0",
  "-1",
  "1.5",
  "1e400",
  "-1e400",
  "1e-400",
  "9007199254740993",
  "123456789".repeat(40),
  "true",
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\u202e\\u2066"',
  '"\\ufeff"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"keys":[]}',
  '{"keys":[null]}',
  '{"keys":[{"kty":"__proto__"}]}',
  '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":null}]}',
  '{"keys":{"length":1}}',
  `${"[".repeat(500)}${"]".repeat(500)}`,
  `[${'"read",'.repeat(2000)}"read"]`,
  `[${"0,".repeat(20_000)}0]`,
  `"${"a".repeat(20_000)}"`,
  `"${"read ".repeat(2000)}"`,
];
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...RAW) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }).map((text) => JSON.stringify(text)) },
  {
    weight: 1,
    arbitrary: fc.subarray(["read", "write", "admin", "", "openid"]).map((s) => JSON.stringify(s.join(" "))),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...GOOD_URIS), hostileUri), { maxLength: 4 })
      .map((uris) => JSON.stringify(uris)),
  },
  { weight: 1, arbitrary: hostileUri.map((uri) => JSON.stringify(uri)) },
);

const HARMLESS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FULL_BODY).map(([member, good]) => [member, JSON.stringify(good)]),
);
/** A body of JSON texts by member: often a good one in which a few members are bent. */
const body = fc
  .tuple(
    fc.constantFrom<Readonly<Record<string, string>>>(
      HARMLESS,
      { redirect_uris: '["https://app.example/callback"]' },
      {},
    ),
    fc.array(fc.tuple(name, value), { maxLength: 4 }),
  )
  .map(([start, bent]) => new Map([...Object.entries(start), ...bent]));

function toText(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([member, json]) => `${JSON.stringify(member)}:${json}`).join(",")}}`;
}

function expectGoodRegistration(answer: JsonAnswer, sent: Readonly<Record<string, unknown>>): void {
  for (const [member, registered] of Object.entries(answer)) {
    expect([null, ""]).not.toContain(registered);
    expect(registered).not.toEqual([]);
    const base = TABLE.get(member.split("#", 1)[0] ?? "");
    expect(SERVERS_OWN.has(member) || (base && !base.inputOnly)).toBe(true);
  }
  expect(answer["client_id"]).toMatch(/^[a-z2-7]{26}$/);
  expect(answer["client_id"]).not.toBe(sent["client_id"]);
  const confidential = ["client_secret_basic", "client_secret_post"].includes(
    String(answer["token_endpoint_auth_method"]),
  );
  expect("client_secret" in answer).toBe(confidential);
  expect("client_secret_expires_at" in answer).toBe(confidential);
  expect(answer["client_secret"]).not.toBe(sent["client_secret"] ?? null);

  expect(["string", "undefined"]).toContain(typeof answer["scope"]);
  const granted = typeof answer["scope"] === "string" ? answer["scope"].split(" ") : [];
  for (const scope of granted) expect(SCOPES).toContain(scope);
  if (typeof sent["scope"] === "string" && sent["scope"].trim() !== "") {
    for (const scope of granted) expect(sent["scope"].split(" ")).toContain(scope);
  }
  const isSent = Array.isArray(sent["redirect_uris"]) && sent["redirect_uris"].length > 0;
  expect(answer["redirect_uris"]).toEqual(isSent ? sent["redirect_uris"] : undefined);
}

describe("whatever values the members have", () => {
  test("the answer is a safe one, and a registration holds nothing that it should not", async () => {
    const { registration, events, errors } = fuzzedRegistration();
    const seen = { registered: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(body, async (members) => {
        const text = toText(members);
        const before = events.length;
        const response = await registration.fetch(postJson(text));
        const answer = await expectSafeAnswer(response);
        expect(events.length).toBe(before + 1);
        const event = events.at(-1)!;
        expect(event.type).toBe(response.ok ? "client_registered" : "registration_refused");
        if (!response.ok) {
          seen.refused++;
          return;
        }
        seen.registered++;
        expectGoodRegistration(answer, JSON.parse(text) as Record<string, unknown>);
        const secret = answer["client_secret"];
        if (typeof secret === "string") expect(JSON.stringify(event)).not.toContain(secret);
      }),
      { numRuns: 4500 },
    );
    expect(errors).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect({}).not.toHaveProperty("polluted");
    expect(seen.registered).toBeGreaterThan(300);
    expect(seen.refused).toBeGreaterThan(300);
  });

  test.each(RAW.map((json) => ({ json, shown: json.slice(0, 40) })))(
    "$shown in each member of the table",
    async ({ json }) => {
      const { registration, errors } = fuzzedRegistration();
      for (const member of TABLE.keys()) {
        const text = toText(
          new Map([
            ["redirect_uris", '["https://app.example/callback"]'],
            [member, json],
          ]),
        );
        const response = await registration.fetch(postJson(text));
        const answer = await expectSafeAnswer(response);
        if (response.ok) expectGoodRegistration(answer, JSON.parse(text) as Record<string, unknown>);
      }
      expect(errors).toEqual([]);
    },
  );

  test("a member given twice counts as it was given last, and is judged so", async () => {
    const { registration } = fuzzedRegistration();
    const response = await registration.fetch(
      postJson('{"redirect_uris":["https://app.example/cb"],"redirect_uris":["javascript:alert(1)"]}'),
    );
    expect(response.status).toBe(400);
  });

  test("names from prototypes change nothing", async () => {
    const { registration } = fuzzedRegistration();
    const hostile =
      '"__proto__":{"client_name":"X","scope":"read"},"constructor":{"prototype":{"a":1}},"toString":"x"';
    const response = await registration.fetch(
      postJson(`{"redirect_uris":["https://app.example/cb"],${hostile}}`),
    );
    const answer = await expectSafeAnswer(response);
    expect(response.status).toBe(201);
    expect(answer).not.toHaveProperty("client_name");
    for (const key of ["__proto__", "constructor", "toString"])
      expect(Object.hasOwn(answer, key)).toBe(false);
  });
});

describe("an error answer repeats nothing that was sent", () => {
  const CANARY = "zqcanaryqz";
  // Values that each kind refuses at another step, with the canary where a careless message would show it.
  const planted = [
    `"${CANARY}"`,
    `"<script>${CANARY}</script>"`,
    `"\\u202e${CANARY}"`,
    `"${CANARY} \\u0022${CANARY}\\u0022"`,
    `["${CANARY}"]`,
    `["javascript:${CANARY}"]`,
    `["https://${CANARY}.example:99999/"]`,
    `["https://${CANARY}@app.example/"]`,
    `"javascript:${CANARY}"`,
    `"ftp://${CANARY}.example/"`,
    `{"${CANARY}":"${CANARY}"}`,
    `{"keys":[{"kty":"${CANARY}","d":"${CANARY}"}]}`,
    `{"keys":[{"kty":"RSA","${CANARY}":1}]}`,
    `[{"${CANARY}":1}]`,
    `"${CANARY.repeat(5000 / CANARY.length)}"`,
    `[${Array.from({ length: 60 }, () => `"${CANARY}"`).join(",")}]`,
  ];

  test.each([...TABLE.keys(), ...RESERVED_MEMBERS.keys()])("in %s", async (member) => {
    const { registration, events } = fuzzedRegistration();
    for (const json of planted) {
      // With a second member that is always wrong, so that each answer is an error.
      const wrong = member === "default_max_age" ? '"require_auth_time":7' : '"default_max_age":"x"';
      const text = `{"redirect_uris":["https://app.example/cb"],"${member}":${json},"${CANARY}":1,${wrong}}`;
      const response = await registration.fetch(postJson(text));
      const said = JSON.stringify([...response.headers]) + (await response.clone().text());
      await expectSafeAnswer(response);
      expect(response.status).toBe(400);
      expect(said.toLowerCase()).not.toContain(CANARY);
    }
    // The operator reads a harmless name of an unknown member, and never a value.
    const remarks = events
      .flatMap((event) => ("findings" in event ? event.findings : []))
      .filter(({ rule }) => rule !== "metadata.unknown");
    expect(JSON.stringify(remarks)).not.toContain(CANARY);
  });

  test("nor what is no JSON, no object or no such media type", async () => {
    const { registration } = fuzzedRegistration();
    for (const text of [CANARY, `"${CANARY}"`, `["${CANARY}"]`, `{"${CANARY}`, `{"a":${CANARY}}`]) {
      const response = await registration.fetch(postJson(text));
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain(CANARY);
    }
    const response = await registration.fetch(
      new Request(`https://as.example/register?${CANARY}`, {
        method: "POST",
        headers: {
          "content-type": `text/${CANARY}`,
          origin: `https://${CANARY}.example`,
          authorization: CANARY,
        },
        body: CANARY,
      }),
    );
    expect(response.status).toBe(415);
    expect(JSON.stringify([...response.headers]) + (await response.text())).not.toContain(CANARY);
  });
});

describe("audit", () => {
  test("has one event for each request, none of them with a secret", async () => {
    const { registration, events } = fuzzedRegistration();
    const secrets: string[] = ["sent-as-a-secret"];
    for (const method of ["client_secret_basic", "client_secret_post", "none"]) {
      const sent = { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: method };
      const response = await registration.fetch(
        postJson(
          JSON.stringify({ ...sent, client_secret: secrets[0], registration_access_token: secrets[0] }),
        ),
      );
      const answer = await expectSafeAnswer(response);
      if (typeof answer["client_secret"] === "string") secrets.push(answer["client_secret"]);
      const found = await registration.findClient(String(answer["client_id"]));
      if (found.ok && found.value.clientSecretHash !== undefined) secrets.push(found.value.clientSecretHash);
    }
    for (const text of ["{", "[]", '{"redirect_uris":["javascript:sent-as-a-secret"]}'])
      await registration.fetch(postJson(text));
    await registration.fetch(new Request("https://as.example/register"));
    expect(events.map((event) => ("reason" in event ? event.reason : "registered"))).toEqual([
      ...["registered", "registered", "registered"],
      ...["malformed_json", "not_an_object", "refused_metadata", "method_not_allowed"],
    ]);
    expect(secrets).toHaveLength(5);
    for (const secret of secrets) expect(JSON.stringify(events)).not.toContain(secret);
  });

  test("has none for a question about the endpoint", async () => {
    const { registration, events } = fuzzedRegistration();
    expect(
      (await registration.fetch(new Request("https://as.example/register", { method: "OPTIONS" }))).status,
    ).toBe(204);
    expect(
      (await registration.fetch(new Request("https://as.example/.well-known/oauth-authorization-server"))).ok,
    ).toBe(true);
    expect((await registration.fetch(new Request("https://as.example/elsewhere"))).status).toBe(404);
    expect(events).toEqual([]);
  });
});
