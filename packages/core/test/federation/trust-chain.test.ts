import { CompactSign } from "jose";
import { describe, expect, test } from "vitest";
import { readEntityStatement } from "../../src/federation/entity-statement.js";
import { verifyTrustChain, type TrustChain } from "../../src/federation/trust-chain.js";
import type { JsonObject } from "../../src/lib/json.js";
import { publicKeys } from "../../src/json-web-token/public-keys.js";
import { ANCHOR, INTERMEDIATE, LEAF, NOW, superior, TestEntity, usualFederation } from "./test-federation.js";

type Entities = Awaited<ReturnType<typeof usualFederation>>;

async function verified(
  { anchor }: Pick<Entities, "anchor">,
  tokens: readonly (string | undefined)[],
): Promise<TrustChain | undefined> {
  const statements = tokens.map((token) => readEntityStatement(token)!);
  expect(statements).not.toContain(undefined);
  const rules = {
    trustAnchors: new Map([[ANCHOR, publicKeys(anchor.jwks)!]]),
    algorithms: ["ES256"],
    clockToleranceSeconds: 60,
  };
  return verifyTrustChain(statements, rules, NOW);
}

const usualChain = async ({ anchor, intermediate, leaf }: Entities) => [
  await leaf.configuration(),
  await intermediate.statementAbout(LEAF),
  await anchor.statementAbout(INTERMEDIATE),
];

test("a chain holds that leads to the trust anchor, and ends with its first statement", async () => {
  const entities = await usualFederation();
  entities.anchor.admit(entities.intermediate, { exp: NOW + 7 });
  expect(await verified(entities, await usualChain(entities))).toMatchObject({
    trustAnchor: ANCHOR,
    expiresAt: NOW + 7,
    superior: { iss: INTERMEDIATE },
  });
});

test("a trust anchor has the keys of the operator alone, whatever its configuration says", async () => {
  const entities = await usualFederation();
  const thief = await superior(ANCHOR);
  thief.admit(entities.intermediate);
  const [leaf, middle] = await usualChain(entities);
  const own = await entities.anchor.configuration({
    jwks: { keys: [entities.anchor.jwk, { ...thief.jwk, kid: "new" }] },
  });
  const stolen = await thief.sign({ iss: ANCHOR, ...thief.statements.get(INTERMEDIATE) }, { kid: "new" });
  expect(await verified(entities, [leaf, middle, stolen, own])).toBeUndefined();
});

test("a superior that the subject does not name is none", async () => {
  const entities = await usualFederation();
  const [, middle, top] = await usualChain(entities);
  const leaf = await entities.leaf.configuration({ authority_hints: ["https://other.example"] });
  expect(await verified(entities, [leaf, middle, top])).toBeUndefined();
});

test("the subject signs with a key that both it and its superior name", async () => {
  const entities = await usualFederation();
  const other = await TestEntity.create(LEAF);
  const [, middle, top] = await usualChain(entities);
  const leaf = await entities.leaf.configuration({ jwks: { keys: [{ ...other.jwk }] } });
  expect(await verified(entities, [leaf, middle, top])).toBeUndefined();
});

test("a statement of another issuer does not fit in, even with the right key", async () => {
  const entities = await usualFederation();
  const [, , top] = await usualChain(entities);
  const iss = "https://other.example";
  const leaf = await entities.leaf.configuration({ authority_hints: [INTERMEDIATE, iss] });
  const middle = await entities.intermediate.sign({ iss, ...entities.intermediate.statements.get(LEAF) });
  expect(await verified(entities, [leaf, middle, top])).toBeUndefined();
});

test("a chain of one entity is none, not even of the trust anchor", async () => {
  const { anchor } = await usualFederation();
  const own = await anchor.configuration({ authority_hints: [ANCHOR] });
  expect(await verified({ anchor }, [own])).toBeUndefined();
  expect(await verified({ anchor }, [own, own])).toBeUndefined();
  expect(await verified({ anchor }, [])).toBeUndefined();
});

test("a statement that is nested too deeply is none, although it is signed", async () => {
  const { leaf } = await usualFederation();
  const payload = (depth: number) =>
    JSON.stringify({ iss: LEAF, sub: LEAF, iat: NOW, exp: NOW + 1, jwks: leaf.jwks, deep: "@" }).replace(
      '"@"',
      "[".repeat(depth) + "]".repeat(depth),
    );
  const signed = (depth: number) =>
    new CompactSign(new TextEncoder().encode(payload(depth)))
      .setProtectedHeader({ alg: "ES256", typ: "entity-statement+jwt", kid: leaf.jwk.kid! })
      .sign(leaf.privateKey);
  expect(readEntityStatement(await signed(5))).toBeDefined();
  expect(readEntityStatement(await signed(20_000))).toBeUndefined();
});

describe("a loop", () => {
  test("through an intermediate does not give the trust anchor other keys", async () => {
    const entities = await usualFederation();
    const { anchor, intermediate, leaf } = entities;
    const thief = await superior(ANCHOR);
    // The intermediate says which keys its own superior has, and with them the anchor seems to speak for anybody.
    intermediate.admit(thief);
    thief.admit(leaf);
    expect(
      await verified(entities, [
        await leaf.configuration(),
        await thief.statementAbout(LEAF),
        await intermediate.statementAbout(ANCHOR),
        await anchor.statementAbout(INTERMEDIATE),
      ]),
    ).toBeUndefined();
  });

  test("does not make a trust anchor a client of its own federation", async () => {
    const entities = await usualFederation();
    const { anchor, intermediate } = entities;
    const thief = await superior(ANCHOR);
    intermediate.admit(thief);
    expect(
      await verified(entities, [
        await thief.configuration(),
        await intermediate.statementAbout(ANCHOR),
        await anchor.statementAbout(INTERMEDIATE),
      ]),
    ).toBeUndefined();
  });

  test("of two intermediates is none, although each statement is signed", async () => {
    const entities = await usualFederation();
    const { anchor, intermediate, leaf } = entities;
    const other = await superior("https://other.example");
    intermediate.admit(other);
    other.admit(intermediate);
    const [own, middle, top] = await usualChain(entities);
    const round = [await other.statementAbout(INTERMEDIATE), await intermediate.statementAbout(other.id)];
    expect(await verified({ anchor }, [own, middle, ...round, top])).toBeUndefined();
    expect(await verified({ anchor }, [await leaf.configuration(), middle, top])).toBeDefined();
  });
});

test("an intermediate is no trust anchor by its own word", async () => {
  const { intermediate, leaf } = await usualFederation();
  const own = await intermediate.configuration({ authority_hints: [INTERMEDIATE] });
  const chain = [await leaf.configuration(), await intermediate.statementAbout(LEAF), own];
  expect(await verified({ anchor: intermediate }, chain)).toBeUndefined();
});

test.each<[string, number, number]>([
  ["has ended, even within the tolerance for clocks", NOW, NOW - 10],
  ["was issued after now and the tolerance", NOW + 100, NOW + 61],
])("a chain with a statement that %s does not hold", async (_, exp, iat) => {
  const entities = await usualFederation();
  const [leaf, middle] = await usualChain(entities);
  entities.anchor.admit(entities.intermediate, { exp, iat });
  const late = await entities.anchor.statementAbout(INTERMEDIATE);
  expect(await verified(entities, [leaf, middle, late])).toBeUndefined();
  entities.anchor.admit(entities.intermediate, { exp: NOW + 1, iat: NOW + 60 });
  const good = await entities.anchor.statementAbout(INTERMEDIATE);
  expect(await verified(entities, [leaf, middle, good])).toMatchObject({ expiresAt: NOW + 1 });
});

describe("constraints", () => {
  const types = "openid_relying_party";
  /** Whether a chain holds, and allows relying parties, with constraints of the anchor and of the intermediate. */
  async function allows(ofAnchor: JsonObject | undefined, ofIntermediate?: JsonObject, leafId = LEAF) {
    const { anchor, intermediate } = await usualFederation();
    const leaf = await TestEntity.create(leafId);
    intermediate.admit(leaf, ofIntermediate && { constraints: ofIntermediate });
    anchor.admit(intermediate, ofAnchor && { constraints: ofAnchor });
    const chain = await verified({ anchor }, [
      await leaf.configuration(),
      await intermediate.statementAbout(leafId),
      await anchor.statementAbout(INTERMEDIATE),
    ]);
    return chain?.allowsEntityType(types);
  }

  test("of every statement count by themselves", async () => {
    expect(await allows({ max_path_length: 1 }, { max_path_length: 0 })).toBe(true);
    expect(await allows({ max_path_length: 0 }, { max_path_length: 9 })).toBeUndefined();
    expect(await allows({ max_path_length: -1 })).toBeUndefined();
    expect(await allows({ max_path_length: 1.5 })).toBeUndefined();
    expect(await allows({ allowed_entity_types: [types] }, { allowed_entity_types: [types, "x"] })).toBe(
      true,
    );
    // What a superior has taken away, nobody below gives back.
    expect(await allows({ allowed_entity_types: ["x"] }, { allowed_entity_types: [types] })).toBe(false);
    expect(await allows({ allowed_entity_types: [] })).toBe(false);
    expect(await allows({ allowed_entity_types: types })).toBeUndefined();
    const permitted = [".example"];
    expect(
      await allows({ naming_constraints: { permitted } }, { naming_constraints: { permitted: ["x.test"] } }),
    ).toBeUndefined();
    expect(await allows({ of_the_future: {} })).toBe(true);
  });

  test.each<[string, JsonObject, boolean]>([
    ["https://rp.example", { permitted: ["rp.example"] }, true],
    ["https://rp.example:8443/path", { permitted: [".example"] }, true],
    ["https://RP.Example", { permitted: ["RP.EXAMPLE", ".example"] }, true],
    ["https://RP.Example", { excluded: ["rp.example"] }, false],
    ["https://rp.example:8443/path", { excluded: ["rp.example"] }, false],
    ["https://a.rp.example", { permitted: [".example"], excluded: [".rp.example"] }, false],
    ["https://evilrp.example", { excluded: ["rp.example"] }, true],
    ["https://example", { permitted: [".example"] }, false],
    ["https://198.51.100.7", { excluded: [".example"] }, false],
    ["https://[2001:db8::1]", { excluded: [".example"] }, false],
    ["https://rp.example", { permitted: [] }, false],
    ["https://rp.example", { permitted: null }, false],
    ["https://rp.example", { excluded: "rp.example" }, false],
  ])("%s under %j: %s", async (leafId, naming_constraints, holds) => {
    expect(await allows(undefined, { naming_constraints }, leafId)).toBe(holds || undefined);
  });
});

test.each([
  "http://rp.example",
  "https://user@rp.example",
  "https://rp.example@evil.example",
  "https://rp.example.",
  "https://rp.example?a",
  "https://rp.example#a",
  "https://rp.example/a/../b",
  "https://rp.example/%2e%2e/b",
  "https://rp.example:0",
  "https://0x7f.1",
  "https://2130706433",
  "https://[::ffff:10.0.0.1]",
  "https://rp..example",
  "https://*.example",
  "https://rp.example\\@evil.example",
  "https://bücher.example",
  " https://rp.example",
])("%s names no entity", async (id) => {
  const leaf = await TestEntity.create(LEAF);
  expect(readEntityStatement(await leaf.configuration({ iss: id, sub: id }))).toBeUndefined();
});

test("entity identifiers are compared as they are written", async () => {
  const entities = await usualFederation();
  const [, middle, top] = await usualChain(entities);
  for (const id of ["https://RP.example", `${LEAF}:443`, `${LEAF}/`]) {
    const leaf = await entities.leaf.configuration({ iss: id, sub: id });
    expect(await verified(entities, [leaf, middle, top])).toBeUndefined();
  }
});

test("two keys of one kid make no statement: nobody could say whose signature it is", async () => {
  const { leaf, anchor } = await usualFederation();
  const keys = [leaf.jwk, { ...anchor.jwk, kid: leaf.jwk.kid! }];
  expect(readEntityStatement(await leaf.configuration({ jwks: { keys } }))).toBeUndefined();
});
