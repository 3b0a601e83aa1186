import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { RegisteredClient } from "@oauth-dcr/core";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../tests/support/seeded-random.js";
import { openPostgresStore } from "../src/index.js";
import { describeUnless } from "../../../tests/support/services.js";
import { countsIn, serverPool, temporarySchemas, noServer } from "./postgres-support.js";
import { client, startChild } from "./support.js";

const NOW = 1_790_000_000;
const LANES = 2;
const KILLS_A_LANE = 12;
const SEED = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000_007);
const GOOD_FOR = 1_000_000;
const pool = await serverPool();

describeUnless(noServer, "PostgreSQL, when a process is killed", () => {
  const server = pool!;
  const newSchema = pool ? temporarySchemas(pool) : () => "";

  /** Is done once the server has heard that the processes of a schema were killed. */
  async function forgotten(schema: string): Promise<void> {
    const connections = "SELECT 1 FROM pg_stat_activity WHERE application_name = $1";
    while ((await server.query(connections, [schema])).rows.length > 0);
  }

  /** What must hold at any moment. */
  async function expectExact(schema: string, uses: number): Promise<void> {
    const { rows } = await server.query<{ quota_keys: string | null }>(
      `SELECT quota_keys FROM "${schema}".client`,
    );
    const counts: Record<string, number> = {};
    for (const key of rows.flatMap((row) => JSON.parse(row.quota_keys ?? "[]") as string[])) {
      counts[key] = (counts[key] ?? 0) + 1;
    }
    expect(await countsIn(schema, server)).toEqual(counts);
    const tokens = await server.query<{ uses: string }>(
      `SELECT uses_left + (SELECT count(*) FROM "${schema}".client
         WHERE origin::json ->> 'initialAccessTokenId' = id) AS uses FROM "${schema}".initial_access_token`,
    );
    expect(tokens.rows).toEqual([{ uses: String(uses) }]);
  }

  describe("by itself", () => {
    const USES = 3;
    const TOKEN = `odcr_iat_${"a".repeat(26)}_${"A".repeat(43)}`;
    const ID = "a".repeat(26);

    async function seeded(): Promise<string> {
      const schema = newSchema();
      const store = await openPostgresStore(server, { schema });
      await store.createInitialAccessToken({
        id: ID,
        tokenHash: createHash("sha256").update(TOKEN).digest("hex"),
        issuedAt: NOW,
        expiresAt: NOW + 1,
        usesLeft: USES,
        constraints: {},
      });
      const counted = { status: "pending", quotaKeys: ["a", "total"] } as const;
      await store.createClient({ ...client("one"), ...counted });
      for (const name of ["ended 1", "ended 2", "in use 1", "in use 2"]) {
        await store.createClient({ ...client(name), ...counted, expiresAt: NOW });
      }
      return schema;
    }

    /** Every row there is. */
    async function stateOf(schema: string): Promise<readonly object[]> {
      const rows: object[] = [];
      for (const table of ["client", "initial_access_token", "quota_shard"]) {
        rows.push(...(await server.query<object>(`SELECT * FROM "${schema}".${table} ORDER BY 1, 2`)).rows);
      }
      return rows;
    }

    /** The state that a change leaves whose process is killed on its way, and whether it came to its end before. */
    async function killed(schema: string, at: number | "COMMIT", change: readonly unknown[]) {
      const child = startChild("kill-at-statement.mjs", schema, String(at), JSON.stringify(change));
      const line = await child.nextLine();
      expect(await child.ended).toBe("SIGKILL");
      await forgotten(schema);
      await expectExact(schema, USES);
      return { state: await stateOf(schema), hasEnded: line === "ended" };
    }

    const created = {
      ...client("new"),
      status: "pending",
      fingerprint: "new",
      quotaKeys: ["b", "total"],
      origin: { source: "initial_access_token", initialAccessTokenId: ID, policies: [] },
    };
    const guards = {
      quotas: created.quotaKeys.map((key) => ({ key, limit: 9 })),
      spendInitialAccessToken: { id: ID, at: NOW },
    };
    const stop = { from: ["pending"], to: "disabled" };

    it.concurrent.each<[method: string, transactions: number, args: readonly unknown[]]>([
      ["createClient", 1, [created, guards]],
      ["replaceClient", 1, [{ ...client("one"), version: 2, metadata: {} }, 1]],
      ["recordClientUse", 1, ["one", { at: NOW }]],
      ["changeClientStatus", 1, ["one", stop]],
      ["deleteClient", 1, ["one"]],
      ["deleteExpiredClients", 1, [["ended 2", "ended 1"], NOW]],
      // Calls of core, each of several calls of the store.
      ["register", 1, [TOKEN]],
      ["sweep", 3, []],
    ])(
      "before any statement of %s, it has written whole transactions or nothing",
      async (method, transactions, args) => {
        const change = [method, ...args];
        let schema = await seeded();
        const before = await stateOf(schema);
        const states: (readonly object[])[] = [before];
        let hasEnded = false;
        for (let at = 1; !hasEnded; at += 1) {
          const after = await killed(schema, at, change);
          hasEnded = after.hasEnded;
          if (!states.some((state) => isDeepStrictEqual(state, after.state))) states.push(after.state);
          // Each begins where the first began.
          if (!isDeepStrictEqual(after.state, before)) schema = await seeded();
          // At least a beginning, what it does, and a commit.
          if (hasEnded) expect(at).toBeGreaterThan(3);
        }
        expect(states.length).toBe(transactions + 1);
        // Of a commit that was sent nobody knows; but it is whole, or nothing is.
        expect(states.slice(0, 2)).toContainEqual((await killed(await seeded(), "COMMIT", change)).state);
      },
    );
  });

  it("by another again and again, loses nothing that was acknowledged and keeps nothing by halves", async () => {
    console.log(`kill test: KILL_SEED=${SEED}`);
    const schema = newSchema();
    const store = await openPostgresStore(server, { schema });
    await store.createInitialAccessToken({
      id: "token",
      tokenHash: "",
      issuedAt: NOW,
      expiresAt: NOW + 1,
      usesLeft: GOOD_FOR,
      constraints: {},
    });
    /** The last change of each client that was acknowledged. */
    const acknowledged = new Map<string, Acknowledgement>();

    function acknowledge(line: string | undefined): void {
      if (!line?.endsWith(";")) return; // Killed in the middle of telling.
      const acknowledgement = JSON.parse(line.slice(0, -1)) as Acknowledgement;
      acknowledged.set(acknowledgement.client.clientId, acknowledgement);
    }

    async function lane(number: number): Promise<void> {
      const random = seededRandom(SEED + number);
      for (let kill = 0; kill < KILLS_A_LANE; kill += 1) {
        const child = startChild("work-on-postgres.mjs", schema, `${number}/${kill}`);
        const enough = Math.ceil(random() * 100);
        for (let line = 0; line < enough; line += 1) acknowledge(await child.nextLine());
        setTimeout(() => child.process.kill("SIGKILL"), random() * 10);
        for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) {
          acknowledge(line);
        }
        expect(await child.ended).toBe("SIGKILL");
      }
    }
    await Promise.all(Array.from({ length: LANES }, async (_, index) => lane(index)));
    await forgotten(schema);

    await expectExact(schema, GOOD_FOR);
    for (const { outcome, client: given } of acknowledged.values()) {
      const found = await store.findClient(given.clientId);
      const { quotaKeys: _, ...uncounted } = given;
      const used = { ...uncounted, status: "active", lastUsedAt: NOW };
      const stopped = { ...uncounted, status: "disabled", version: 2 };
      // Each has had its last acknowledged change, or the next one too.
      if (outcome === "recorded") expect(found).toEqual(used);
      else if (outcome === "changed") expect(found).toEqual(stopped);
      else if (outcome === "swept") expect(found).toBe(undefined);
      else if (given.expiresAt !== undefined) expect([given, undefined]).toContainEqual(found);
      else expect([given, used, stopped]).toContainEqual(found);
    }
    const { rows } = await server.query<{ client_id: string }>(`SELECT client_id FROM "${schema}".client`);
    for (const { client_id } of rows) {
      expect((await store.findClient(client_id))?.metadata.redirect_uris).toHaveLength(1);
    }
    console.log(
      `kill test: ${LANES * KILLS_A_LANE} kills, ${acknowledged.size} acknowledged, ${rows.length} rows`,
    );
    // Otherwise this test has killed nobody at work.
    expect(acknowledged.size).toBeGreaterThan(LANES * KILLS_A_LANE * 10);
  });
});

interface Acknowledgement {
  readonly outcome: "created" | "recorded" | "changed" | "swept";
  readonly client: RegisteredClient;
}
