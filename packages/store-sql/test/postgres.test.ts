import { Pool } from "pg";
import { expect, it } from "vitest";
import { openPostgresStore, type PostgresStore } from "../src/index.js";
import { describeUnless } from "../../../tests/support/services.js";
import { countsIn, serverPool, temporarySchemas, noServer } from "./postgres-support.js";
import { client, clients, withoutSearchIn } from "./support.js";

const pool = await serverPool();
const CREATED = { outcome: "created" };
const PATIENT = { lockTimeoutSeconds: 60, statementTimeoutSeconds: 60 };
const NOW = 1_790_000_000;

describeUnless(noServer, "PostgreSQL", () => {
  const server = pool!;
  const newSchema = pool ? temporarySchemas(pool) : () => "";
  const count = async (schema: string, table = "client"): Promise<number> =>
    Number((await server.query<{ n: string }>(`SELECT count(*) AS n FROM "${schema}".${table}`)).rows[0]?.n);

  it("keeps stores in two schemas apart", async () => {
    const [one, other] = [
      await openPostgresStore(server, { schema: newSchema() }),
      await openPostgresStore(server, { schema: newSchema() }),
    ];
    expect(await one.createClient({ ...client("same"), fingerprint: "f" })).toEqual(CREATED);
    expect(await other.findClient("same")).toBe(undefined);
    expect(await other.createClient({ ...client("same", 3), fingerprint: "f" })).toEqual(CREATED);
    expect(await one.findClient("same")).toEqual({ ...client("same"), fingerprint: "f" });
  });

  it("lets five that open a new schema at once all serve it", async () => {
    const schema = newSchema();
    const stores = await Promise.all(
      Array.from({ length: 5 }, async () => openPostgresStore(server, { schema })),
    );
    for (const [index, store] of stores.entries()) {
      expect(await store.createClient(client(`client-${index}`))).toEqual(CREATED);
    }
    expect(await count(schema)).toBe(5);
    expect((await server.query(`SELECT version FROM "${schema}".schema_version`)).rows).toEqual([
      { version: "10" },
    ]);
  });

  it("refuses a schema of a newer version, and leaves it as it is", async () => {
    const schema = newSchema();
    await openPostgresStore(server, { schema });
    await server.query(`UPDATE "${schema}".schema_version SET version = 99`);
    await expect(openPostgresStore(server, { schema })).rejects.toMatchObject({
      code: "ERR_STORE_NEWER_SCHEMA",
    });
    expect((await server.query(`SELECT version FROM "${schema}".schema_version`)).rows).toEqual([
      { version: "99" },
    ]);
  });

  it("makes one client of 100 at once with the same fingerprint", async () => {
    const schema = newSchema();
    const store = await openPostgresStore(server, { schema, ...PATIENT });
    const rivals = clients("rival", 100).map((each) => ({
      ...each,
      fingerprint: "same",
      quotaKeys: ["total"],
    }));
    const quotas = [{ key: "total", limit: 5 }];
    const outcomes = await Promise.all(rivals.map(async (each) => store.createClient(each, { quotas })));
    expect(outcomes.filter(({ outcome }) => outcome === "created").length).toBe(1);
    expect(outcomes.filter(({ outcome }) => outcome === "existing").length).toBe(99);
    expect(await count(schema)).toBe(1);
    expect(await countsIn(schema, server)).toEqual({ total: 1 });
  });

  it("lets exactly 10 of 200 at once into two pools of 10, whatever the order they name them in", async () => {
    const schema = newSchema();
    const store = await openPostgresStore(server, { schema, ...PATIENT });
    const outcomes = await Promise.all(
      clients("rival", 200).map(async (each, index) => {
        const quotaKeys = index % 2 === 0 ? ["a", "b"] : ["b", "a"];
        return store.createClient(
          { ...each, quotaKeys },
          { quotas: quotaKeys.map((key) => ({ key, limit: 10 })) },
        );
      }),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "created").length).toBe(10);
    expect(outcomes.filter(({ outcome }) => outcome === "quota_exceeded").length).toBe(190);
    expect(await count(schema)).toBe(10);
    expect(await countsIn(schema, server)).toEqual({ a: 10, b: 10 });
  });

  it("lets exactly as many as a large pool takes into it, while it is counted in many rows at once", async () => {
    const schema = newSchema();
    const wide = await serverPool({ max: 40 });
    const [one, other] = await Promise.all(
      [wide!, wide!].map(async (each) => openPostgresStore(each, { schema, ...PATIENT })),
    );
    const LIMIT = 1_120;
    const create = async (store: PostgresStore, key: string, id: string) =>
      store.createClient(
        { ...client(id), status: "pending", quotaKeys: [key] },
        { quotas: [{ key, limit: LIMIT }] },
      );
    /** So many at once; answers the identifiers of those that were created. */
    async function rush(key: string, number: number): Promise<readonly string[]> {
      const ids = Array.from({ length: number }, (_, index) => `${key} ${index}`);
      const outcomes = await Promise.all(
        ids.map(async (id, index) => create(index % 2 === 0 ? one! : other!, key, id)),
      );
      return ids.filter((_, index) => outcomes[index]?.outcome === "created");
    }
    // Nobody is refused while a place is free, and nobody comes in when none is.
    expect((await rush("as many", LIMIT)).length).toBe(LIMIT);
    const created = await rush("total", LIMIT + 280);
    expect(created.length).toBe(LIMIT);
    expect(await countsIn(schema, server)).toEqual({ "as many": LIMIT, total: LIMIT });
    expect(await count(schema, "quota_shard")).toBe(32);

    // One place becomes free in each of the two ways: it is there for the next, and no more than that.
    expect(await one!.deleteClient(created[0]!)).toEqual({ outcome: "deleted" });
    expect(await other!.recordClientUse(created[1]!, { at: NOW })).toEqual({ outcome: "recorded" });
    const next = await Promise.all([1, 2, 3, 4].map(async (index) => create(one!, "total", `next ${index}`)));
    expect(next.filter(({ outcome }) => outcome === "created").length).toBe(2);
    await wide!.end();
  });

  it("counts the clients of a schema of version 2 anew, each in the row of its identifier", async () => {
    const schema = newSchema();
    const before = await openPostgresStore(server, { schema });
    const quotaKeys = ["a", 'b"\\', "a"];
    for (const each of clients("old", 40)) await before.createClient({ ...each, quotaKeys });
    const rows = `SELECT * FROM "${schema}".quota_shard ORDER BY quota_key, shard`;
    const expected = (await server.query(rows)).rows;
    const old = `"${schema}".quota_count`;
    await server.query(`DROP TABLE "${schema}".quota_shard;
      CREATE TABLE ${old} (quota_key TEXT COLLATE "C" NOT NULL PRIMARY KEY, clients BIGINT NOT NULL);
      INSERT INTO ${old} VALUES ('a', 40), ('b', 39);
      ALTER TABLE "${schema}".audit_head DROP COLUMN pruned_position, DROP COLUMN pruned_hash, DROP COLUMN signed_head;
      DROP TABLE "${schema}".audit_pending, "${schema}".webhook_endpoint, "${schema}".webhook_message;
      DROP INDEX "${schema}".audit_event_client;
      ${withoutSearchIn(schema)}
      UPDATE "${schema}".schema_version SET version = 2`);
    const store = await openPostgresStore(server, { schema });
    expect((await server.query(rows)).rows).toEqual(expected);
    expect(expected.length).toBeGreaterThan(20);
    // What a process of version 2 does at a use: one client less in every row would let too many in.
    const countOut = server.query(`UPDATE ${old} SET clients = clients - 1 WHERE quota_key = 'a'`);
    await expect(countOut).rejects.toThrow("does not exist");
    for (const { clientId } of clients("old", 40)) await store.recordClientUse(clientId, { at: NOW });
    expect(await count(schema, "quota_shard")).toBe(0);
  });

  it("finds what a client is called and where it lives, whatever version wrote it", async () => {
    const schema = newSchema();
    const before = await openPostgresStore(server, { schema });
    const names = ['A "quoted" name', "back\\slash", "ÜNÏ", "a\u0000b", "\ud800 alone", "plain"];
    for (const [index, client_name] of names.entries()) {
      await before.createClient({
        ...client(`old-${index}`),
        origin: { source: "initial_access_token", owner: `Owner of ${client_name}`, policies: [] },
        metadata: { client_name, redirect_uris: [`https://app${index}.host1$.example/cb`] },
      });
    }
    const columns = "client_id, source, owner, name, terms";
    const all = `SELECT ${columns} FROM "${schema}".client ORDER BY client_id`;
    const terms = `SELECT * FROM "${schema}".client_term ORDER BY term, client_id`;
    const expected = [(await server.query(all)).rows, (await server.query(terms)).rows];
    await server.query(`DROP TABLE "${schema}".webhook_endpoint, "${schema}".webhook_message;
      DROP INDEX "${schema}".audit_event_client;
      ${withoutSearchIn(schema)}
      UPDATE "${schema}".schema_version SET version = 5`);
    const store = await openPostgresStore(server, { schema });
    expect([(await server.query(all)).rows, (await server.query(terms)).rows]).toEqual(expected);
    // Nothing can be looked for by a NUL or half a character.
    for (const [index, name] of names.entries()) {
      if (name.includes("\u0000") || name.includes("\ud800")) continue;
      const { clients: found } = await store.findClients({ text: name.toUpperCase() }, { limit: 9 });
      expect(found.map(({ clientId }) => clientId)).toEqual([`old-${index}`]);
    }
  });

  it("gives up on a lock in time, with nothing written, and leaves no setting behind", async () => {
    const schema = newSchema();
    const single = new Pool({ host: "127.0.0.1", user: "postgres", database: "test", max: 1 });
    const store = await openPostgresStore(single, { schema, lockTimeoutSeconds: 0.05 });
    await store.createClient(client("held"));
    const holder = await server.connect();
    await holder.query(`BEGIN; SELECT 1 FROM "${schema}".client FOR UPDATE`);
    await expect(store.recordClientUse("held", { at: NOW })).rejects.toMatchObject({ code: "55P03" });
    expect(await store.findClient("held")).toEqual(client("held"));
    await holder.query("ROLLBACK");
    holder.release();
    expect(await store.recordClientUse("held", { at: NOW })).toEqual({ outcome: "recorded" });
    for (const name of ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"]) {
      expect((await single.query(`SHOW ${name}`)).rows).toEqual([{ [name]: "0" }]);
    }
    await single.end();
  });

  it.each([["Quoted"], [""], ['a"b'], ["pg_x"]])("refuses %j as a schema", async (schema) => {
    await expect(openPostgresStore(server, { schema })).rejects.toMatchObject({ code: "ERR_OPTION" });
  });
});
