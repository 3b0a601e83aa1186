import { afterEach, describe, expect, test } from "vitest";
import { statementSource } from "../../src/federation/statement-source.js";
import type { GuardedFetch } from "../../src/guarded-fetch/guarded-fetch.js";
import type { CacheUse } from "../../src/lib/cache-use.js";
import { err, ok } from "../../src/lib/result.js";
import {
  ANCHOR,
  federatedServer,
  INTERMEDIATE,
  NOW,
  RP_METADATA,
  serve,
  superior,
  TestEntity,
  usualFederation,
  type FederationServers,
} from "./test-federation.js";

const open: FederationServers[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((servers) => servers.close()));
});

/** A federation with so many members of one intermediate. */
async function crowd(members: number, others: readonly TestEntity[] = []) {
  const entities = await usualFederation();
  const leaves = await Promise.all(
    Array.from({ length: members }, (_, i) =>
      TestEntity.create(`https://rp${i}.example`, { metadata: { openid_relying_party: RP_METADATA } }),
    ),
  );
  for (const leaf of leaves) entities.intermediate.admit(leaf);
  const servers = await serve([entities.anchor, entities.intermediate, ...others], { maxConcurrent: 200 });
  open.push(servers);
  const op = await federatedServer([entities.anchor], servers.guardedFetch);
  const askedOf = (host: string) => servers.asked.filter((url) => url.startsWith(host)).length;
  return { ...entities, leaves, servers, op, askedOf };
}

describe("what stood in a valid trust chain", () => {
  test("is not fetched again for each registration of a flood", async () => {
    const { leaves, op, askedOf } = await crowd(30);
    for (const leaf of leaves) expect((await op.registerEntity(leaf)).status).toBe(200);
    expect([askedOf(ANCHOR), askedOf(INTERMEDIATE)]).toEqual([2, 31]);
    const [{ name, bytes, maxBytes }] = op.registration.caches as [CacheUse];
    expect([name, maxBytes]).toEqual(["federation_statements", 2_000_000]);
    expect(bytes).toBeGreaterThan(1_000);
  });

  test("is fetched once by all who ask at the same time, and again after a failure", async () => {
    const { anchor } = await usualFederation();
    const token = await anchor.configuration();
    const answers: ((answer: Awaited<ReturnType<GuardedFetch>>) => void)[] = [];
    const fetching: GuardedFetch = () => new Promise((resolve) => answers.push(resolve));
    const source = statementSource(fetching, new Map([[ANCHOR, []]]), {
      clock: () => NOW * 1000,
      watchCache: () => undefined,
    });
    const all = [source.fetch(ANCHOR), source.fetch(ANCHOR), source.fetch(INTERMEDIATE)];
    expect(answers).toHaveLength(2);
    answers.forEach((answer) => answer(err({ kind: "busy" })));
    expect(await Promise.all(all)).toEqual(Array(3).fill(err({ kind: "busy" })));
    const again = source.fetch(ANCHOR);
    answers[2]!(ok({ text: token, headers: new Headers() }));
    expect(await again).toMatchObject({ ok: true, value: { iss: ANCHOR } });
    // Nothing is kept that nobody has found in a valid chain.
    void source.fetch(ANCHOR);
    expect(answers).toHaveLength(4);
  });

  test("is fetched again after 300 seconds, so that a withdrawn intermediate ends by then", async () => {
    const { leaves, op, anchor, askedOf } = await crowd(3);
    expect((await op.registerEntity(leaves[0]!)).status).toBe(200);
    anchor.statements.clear();
    op.time.now += 299_000;
    expect((await op.registerEntity(leaves[1]!)).status).toBe(200);
    expect(askedOf(ANCHOR)).toBe(2);
    op.time.now += 1_000;
    expect((await op.registerEntity(leaves[2]!)).status).toBe(400);
  });

  test("does not have what is said of the client itself: its superior's change counts at once", async () => {
    const { leaves, op, intermediate } = await crowd(1);
    expect((await op.registerEntity(leaves[0]!)).status).toBe(200);
    intermediate.statements.clear();
    expect((await op.registerEntity(leaves[0]!)).status).toBe(400);
  });

  test("is of one server alone, whoever gave two of them the same options", async () => {
    const { leaves, anchor, servers, askedOf } = await crowd(1);
    for (const asked of [2, 4]) {
      const op = await federatedServer([anchor], servers.guardedFetch);
      expect((await op.registerEntity(leaves[0]!)).status).toBe(200);
      expect(askedOf(ANCHOR)).toBe(asked);
    }
  });
});

test("what strangers make this server fetch is not kept, and pushes nothing out", async () => {
  const strays = await Promise.all(
    Array.from({ length: 8 }, (_, i) => superior(`https://stray${i}.example`)),
  );
  for (const stray of strays) {
    stray.claims = { ...stray.claims, filler: "x".repeat(40_000) };
  }
  const { leaves, op, askedOf } = await crowd(2, strays);
  expect((await op.registerEntity(leaves[0]!)).status).toBe(200);
  const stranger = await TestEntity.create("https://stranger.example", {
    metadata: { openid_relying_party: RP_METADATA },
  });
  for (const stray of strays) stray.admit(stranger);
  for (let round = 1; round <= 5; round++) {
    for (const { id } of strays) {
      expect((await op.registerEntity(stranger, { authority_hints: [id, INTERMEDIATE] })).status).toBe(400);
    }
    expect(askedOf("https://stray0.example")).toBe(2 * round);
  }
  expect((await op.registerEntity(leaves[1]!)).status).toBe(200);
  expect(askedOf(ANCHOR)).toBe(2);
});
