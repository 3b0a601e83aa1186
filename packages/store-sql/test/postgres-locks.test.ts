import { createHash } from "node:crypto";
import { afterAll, expect, it, vi } from "vitest";
import { openPostgresStore, type PostgresStore } from "../src/index.js";
import { describeUnless } from "../../../tests/support/services.js";
import {
  countsIn,
  serverPool,
  somebodyWaitsFor,
  stoppingStore,
  temporarySchemas,
  noServer,
} from "./postgres-support.js";
import { client, clients } from "./support.js";

const pool = await serverPool();
/** Its connections look for deadlocks at once, and serialize whoever does not ask for less. */
const strictPool = await serverPool({
  options: "-c deadlock_timeout=10ms -c default_transaction_isolation=serializable",
});
const CREATED = { outcome: "created" };
const PATIENT = { lockTimeoutSeconds: 60, statementTimeoutSeconds: 60 };
const NOW = 1_790_000_000;
/** Of these processes of the server, those that wait for a lock. */
const WAITING = "SELECT 1 FROM pg_stat_activity WHERE pid = ANY($1) AND wait_event_type = 'Lock'";
const [ONE, TWO, EARLY, LATE] = ["one", "two", "early", "late"].map(inRow) as [
  string,
  string,
  string,
  string,
];

/** An identifier that begins like this and is counted in the same row as all others that this makes. */
function inRow(name: string): string {
  for (let number = 0; ; number += 1) {
    const id = `${name} ${number}`;
    if ((createHash("sha256").update(id).digest()[0] ?? 0) % 16 === 0) return id;
  }
}

describeUnless(noServer, "PostgreSQL, when changes meet", () => {
  const [server, strict] = [pool!, strictPool!];
  const newSchema = pool ? temporarySchemas(pool) : () => "";
  afterAll(async () => strictPool?.end());

  it("sweeps with locks on rows alone: others are registered, used, deleted and read meanwhile", async () => {
    const schema = newSchema();
    const others = await openPostgresStore(server, { schema });
    const modes: string[] = [];
    const meanwhile: unknown[] = [];
    async function look(pid: number): Promise<void> {
      const { rows } = await server.query<{ mode: string }>(
        `SELECT DISTINCT mode FROM pg_locks JOIN pg_class ON relation = pg_class.oid
         JOIN pg_namespace ON relnamespace = pg_namespace.oid WHERE nspname = $1 AND pid = $2`,
        [schema, pid],
      );
      modes.push(...rows.map(({ mode }) => mode));
      const added = { ...client("new"), quotaKeys: ["b"] };
      meanwhile.push(await others.createClient(added, { quotas: [{ key: "b", limit: 1 }] }));
      meanwhile.push(await others.recordClientUse("used", { at: NOW }));
      meanwhile.push(await others.deleteClient("unwanted"));
      meanwhile.push((await others.findClient("old-0"))?.clientId);
    }
    const sweeper = await stoppingStore(
      server,
      ({ sql, pid }) => (sql === "COMMIT" ? look(pid) : undefined),
      {
        schema,
      },
    );
    const old = clients("old", 3).map((each) => ({ ...each, expiresAt: NOW, quotaKeys: ["a"] }));
    for (const each of [...old, client("used"), client("unwanted")]) await others.createClient(each);

    const swept = await sweeper.deleteExpiredClients(["old-2", "old-0", "old-1"], NOW);
    expect([...swept].sort()).toEqual(["old-0", "old-1", "old-2"]);
    expect(modes).toContain("RowExclusiveLock");
    for (const mode of modes) expect(["AccessShareLock", "RowShareLock", "RowExclusiveLock"]).toContain(mode);
    expect(meanwhile).toEqual([CREATED, { outcome: "recorded" }, { outcome: "deleted" }, "old-0"]);
  });

  type Change = (store: PostgresStore, id: string, keys: readonly string[]) => Promise<unknown>;
  const changes: Readonly<Record<string, Change>> = {
    registration: (store, id, keys) =>
      store.createClient(
        { ...client(inRow(`new ${id}`)), quotaKeys: keys },
        { quotas: keys.map((key) => ({ key, limit: 9 })) },
      ),
    use: (store, id) => store.recordClientUse(id, { at: NOW - 1 }),
    stop: (store, id) => store.changeClientStatus(id, { from: ["active"], to: "disabled" }),
    deletion: (store, id) => store.deleteClient(id),
    sweep: (store, id) => store.deleteExpiredClients([id], NOW),
  };

  it.each([
    ["registration", "registration", [CREATED, CREATED]],
    ["registration", "use", [CREATED, { outcome: "recorded" }]],
    ["use", "sweep", [{ outcome: "recorded" }, [TWO]]],
    ["stop", "deletion", [{ outcome: "changed" }, { outcome: "deleted" }]],
    ["sweep", "registration", [[ONE], CREATED]],
  ])("a %s and a %s that name pools in opposite order meet no deadlock", async (first, second, outcomes) => {
    const schema = newSchema();
    const pids: number[] = [];
    const store = await stoppingStore(
      strict,
      ({ sql, pid }) => (sql.startsWith("BEGIN") ? void pids.push(pid) : undefined),
      { schema, ...PATIENT },
    );
    const plain = await openPostgresStore(server, { schema });
    await plain.createClient({ ...client(ONE), expiresAt: NOW, quotaKeys: ["a", "b"] });
    await plain.createClient({ ...client(TWO), expiresAt: NOW, quotaKeys: ["b", "a"] });
    // Holds the one pool until both wait for it: whoever has the other one in hand by then meets a deadlock.
    const holder = await server.connect();
    const { rows } = await holder.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    await holder.query(
      first === second
        ? `BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('"${schema}".a', 0))`
        : `BEGIN; SELECT 1 FROM "${schema}".quota_shard WHERE quota_key = 'a' FOR UPDATE`,
    );
    const one = changes[first]?.(store, ONE, ["a", "b"]);
    await somebodyWaitsFor(rows[0]?.pid ?? 0, server);
    const two = changes[second]?.(store, TWO, ["b", "a"]);
    while (pids.length < 2) await new Promise(setImmediate);
    while ((await server.query(WAITING, [pids])).rows.length < 2);
    await holder.query("ROLLBACK");
    holder.release();
    expect([await one, await two]).toEqual(outcomes);
    expect(pids.length).toBe(2);
  });

  it("who is overtaken with a pool in hand lets go of it, and so meets no deadlock with a use", async () => {
    const schema = newSchema();
    const plain = await openPostgresStore(server, { schema });
    let transactions = 0;
    let using: Promise<unknown> | undefined;
    const store = await stoppingStore(
      strict,
      async ({ sql, pid }) => {
        if (sql.startsWith("BEGIN")) transactions += 1;
        // Behind its look at the fingerprint, which nobody has until now,
        if (sql.startsWith("INSERT INTO") && sql.includes("quota_shard") && !(await plain.findClient(EARLY)))
          await plain.createClient({ ...client(EARLY), fingerprint: "same", quotaKeys: ["a"] });
        // and again once it has the pool, which the use of the other client waits for with the lock on that client.
        if (!using && sql.startsWith("ROLLBACK")) {
          using = store.recordClientUse(EARLY, { at: NOW });
          await somebodyWaitsFor(pid, server);
        }
      },
      { schema, ...PATIENT },
    );
    const created = store.createClient({ ...client(LATE), fingerprint: "same", quotaKeys: ["a"] });
    expect(await created).toMatchObject({ outcome: "existing", client: { clientId: EARLY } });
    expect(await using).toEqual({ outcome: "recorded" });
    expect(transactions).toBe(3);
    expect(await countsIn(schema, server)).toEqual({});
    expect(await store.findClient(LATE)).toBe(undefined);
  });

  it("calls a full pool full, however long each attempt takes", async () => {
    const schema = newSchema();
    let transactions = 0;
    const clock = vi.spyOn(performance, "now");
    const store = await stoppingStore(
      server,
      ({ sql }) => {
        if (sql.startsWith("BEGIN")) clock.mockReturnValue((transactions += 1) * 3_600_000);
        return undefined;
      },
      { schema },
    );
    await server.query(`INSERT INTO "${schema}".quota_shard VALUES ('a', 0, 5000)`);
    const full = store.createClient(
      { ...client("late"), quotaKeys: ["a"] },
      { quotas: [{ key: "a", limit: 5000 }] },
    );
    expect(await full.finally(() => clock.mockRestore())).toEqual({ outcome: "quota_exceeded", key: "a" });
    expect(transactions).toBe(2);
  });

  it("tries again what met a deadlock", async () => {
    const schema = newSchema();
    const plain = await openPostgresStore(server, { schema });
    await plain.createClient({ ...client("used"), quotaKeys: ["a", "b"] });
    // A stranger who takes a pool before its client, and leaves it to the store to notice.
    const stranger = await server.connect();
    await stranger.query("BEGIN; SET LOCAL deadlock_timeout = '10min'");
    await stranger.query(`UPDATE "${schema}".quota_shard SET clients = clients + 1 WHERE quota_key = 'b'`);
    let transactions = 0;
    let taking: Promise<unknown> | undefined;
    const store = await stoppingStore(
      strict,
      async ({ sql, pid }) => {
        if (sql.startsWith("BEGIN")) transactions += 1;
        if (taking || !sql.includes("quota_shard")) return;
        taking = stranger
          .query(`SELECT 1 FROM "${schema}".client FOR UPDATE`)
          .then(() => stranger.query("COMMIT"));
        await somebodyWaitsFor(pid, server);
      },
      { schema, ...PATIENT },
    );
    expect(await store.recordClientUse("used", { at: NOW })).toEqual({ outcome: "recorded" });
    await taking;
    stranger.release();
    expect(transactions).toBe(2);
    expect(await countsIn(schema, server)).toEqual({ b: 1 });
  });

  it.each([
    ["at a statement", "CREATE TRIGGER refuse BEFORE INSERT"],
    ["at its commit", "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT"],
  ])("tries what could not be serialized %s, three times in all", async (_when, trigger) => {
    const schema = newSchema();
    const store = await openPostgresStore(server, { schema });
    const deferred = trigger.includes("CONSTRAINT") ? "DEFERRABLE INITIALLY DEFERRED" : "";
    await server.query(`
      CREATE SEQUENCE "${schema}".tries;
      CREATE FUNCTION "${schema}".refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('"${schema}".tries') % 3 <> 0 OR NEW.client_id = 'never' THEN
          RAISE EXCEPTION 'could not serialize access' USING ERRCODE = 'serialization_failure';
        END IF;
        RETURN NEW;
      END $$;
      ${trigger} ON "${schema}".client ${deferred} FOR EACH ROW EXECUTE FUNCTION "${schema}".refuse()`);
    const counted = (id: string) => ({ ...client(id), quotaKeys: ["a"] });
    expect(await store.createClient(counted("third"))).toEqual(CREATED);
    await expect(store.createClient(counted("never"))).rejects.toMatchObject({ code: "40001" });
    expect(await store.findClient("never")).toBe(undefined);
    expect(await countsIn(schema, server)).toEqual({ a: 1 });
    expect((await server.query(`SELECT last_value FROM "${schema}".tries`)).rows).toEqual([
      { last_value: "6" },
    ]);
  });

  it("says itself how far its transactions are apart, whatever the account's default is", async () => {
    const store = await openPostgresStore(strict, { schema: newSchema(), ...PATIENT });
    const outcomes = await Promise.all(
      clients("rival", 60).map(async (each) =>
        store.createClient({ ...each, quotaKeys: ["a"] }, { quotas: [{ key: "a", limit: 10 }] }),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "created").length).toBe(10);
    expect(outcomes.filter(({ outcome }) => outcome === "quota_exceeded").length).toBe(50);
  });
});
