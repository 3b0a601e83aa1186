import fc from "fast-check";
import { expect, test } from "vitest";
import type { TrustTier } from "../../src/store/records.js";
import { TRUST_TIERS, type ClientTemplate, type TrustTiersOptions } from "../../src/trust/trust-options.js";
import { trustTiers } from "../../src/trust/trust-tiers.js";
import { PUBLIC, textOf } from "../support/managed-registration.js";
import { SCOPES, scopeOf, trusting } from "./trusting.js";

const scopes = fc.subarray(SCOPES);
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const tier = fc.constantFrom<TrustTier[]>(...TRUST_TIERS);
const NAMES = ["one", "two", "gone"];

const tiers = fc
  .array(fc.tuple(tier, scopes), { maxLength: 4 })
  .map((list) => Object.fromEntries(list.map(([name, bound]) => [name, { scopes: bound }])));
const templates = fc
  .subarray(["one", "two"])
  .chain((names) =>
    fc.tuple(
      ...names.map((name) => fc.record({ name: fc.constant(name), bound: maybe(scopes), tier: maybe(tier) })),
    ),
  )
  .map((list) =>
    list.map(({ name, bound, tier: given }): ClientTemplate => ({
      name,
      match: { source: "federation" },
      ...(bound && { scopes: bound }),
      ...(given && { tier: given }),
    })),
  );
const options: fc.Arbitrary<TrustTiersOptions> = fc.record({ tiers, templates });

const record = fc
  .record({
    said: maybe(tier),
    template: maybe(fc.constantFrom(...NAMES)),
    stored: maybe(tier),
    asked: maybe(fc.shuffledSubarray(SCOPES, { minLength: 1 })),
  })
  .map(({ said, template, stored, asked }) => ({
    origin: {
      source: "federation" as const,
      policies: [],
      ...(template !== undefined && { template }),
      ...(stored && { tier: stored }),
    },
    ...(said && { administration: { tier: said } }),
    metadata: asked ? { scope: asked.join(" ") } : {},
  }));

const tokens = (scope: string | undefined): readonly string[] => scope?.split(" ").filter(Boolean) ?? [];

test("whatever the record, the tiers and the templates: what is granted was asked for, and each bound allows it", () => {
  fc.assert(
    fc.property(options, record, (given, client) => {
      const rules = trustTiers(given).rules(SCOPES, {});
      const { scope } = rules.bounded(client).metadata;
      const granted = tokens(scope);
      const asked = tokens(client.metadata.scope);
      const own = given.templates?.find(({ name }) => name === client.origin.template);
      const counted = client.administration?.tier ?? own?.tier ?? "unknown";
      expect(rules.tierOf(client)).toBe(counted);
      const bounds = [own?.scopes, given.tiers?.[counted]?.scopes].filter((bound) => bound !== undefined);
      expect(granted).toEqual(asked.filter((token) => bounds.every((bound) => bound.includes(token))));
      // Nothing that could be read as a client without a limit comes of a bound.
      expect(scope === undefined).toBe(client.metadata.scope === undefined && bounds.length === 0);
    }),
    { numRuns: 200 },
  );
});

test("no choice of metadata gives a client a tier, a template of others, or a scope beyond its bound", async () => {
  const { post, store, registration } = trusting({
    tiers: { unknown: { scopes: ["read"] } },
    templates: [
      { name: "a", match: { softwareId: "editor" }, tier: "first_party" },
      { name: "b", match: { statementIssuer: "https://issuer.example" }, tier: "approved" },
      { name: "c", match: { host: "*.app.example" }, tier: "domain_verified" },
      { name: "d", match: { source: "software_statement" }, tier: "approved" },
      { name: "open", match: { source: "open" } },
    ],
  });
  const word = fc.constantFrom(
    "editor",
    "https://issuer.example",
    "first_party",
    "approved",
    "own.app.example",
    "a",
  );
  const members = fc.dictionary(
    fc.constantFrom(
      ...[
        "software_id",
        "software_version",
        "client_name",
        "iss",
        "tier",
        "template",
        "source",
        "origin",
        "owner",
      ],
      ...[
        "administration",
        "trust",
        "client_id",
        "softwareStatementIssuer",
        "software_statement",
        "policies",
      ],
    ),
    fc.oneof(word, fc.record({ tier: word, source: word, template: word }), fc.array(word, { maxLength: 2 })),
  );
  const redirects = fc.subarray(
    ["https://own.app.example/cb", "https://issuer.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb"],
    { minLength: 1 },
  );
  let registered = 0;
  await fc.assert(
    fc.asyncProperty(members, redirects, fc.shuffledSubarray(SCOPES), async (own, redirect_uris, asked) => {
      const answer = await post({
        ...PUBLIC,
        redirect_uris,
        ...own,
        ...(asked.length > 0 && { scope: asked.join(" ") }),
      });
      if (answer.status !== 201) return;
      registered += 1;
      const client = (await store.findClient(textOf(answer.body, "client_id")))!;
      expect(client.origin).toMatchObject({ source: "open", template: "open" });
      expect(client.origin).not.toHaveProperty("tier");
      expect(client).not.toHaveProperty("administration");
      expect(["read", undefined]).toContain(await scopeOf(registration, client.clientId));
      expect(["read", undefined]).toContain(answer.body["scope"]);
    }),
    { numRuns: 100 },
  );
  expect(registered).toBeGreaterThan(20);
});
