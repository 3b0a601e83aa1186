import { CompactSign } from "jose";
import { expect, test } from "vitest";
import { readEntityStatement } from "../../src/federation/entity-statement.js";
import { verifyTrustChain, type TrustChain } from "../../src/federation/trust-chain.js";
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
