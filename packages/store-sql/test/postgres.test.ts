import { Pool } from "pg";
import { describe, expect, it } from "vitest";
import { openPostgresStore } from "../src/index.js";
import { serverPool, temporarySchemas } from "./postgres-support.js";
import { client, clients } from "./support.js";

const pool = await serverPool();
const CREATED = { outcome: "created" };
const PATIENT = { lockTimeoutSeconds: 60, statementTimeoutSeconds: 60 };
const NOW = 1_790_000_000;

describe.skipIf(!pool)("PostgreSQL", () => {
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
      { version: "2" },
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
    expect((await server.query(`SELECT * FROM "${schema}".quota_count`)).rows).toEqual([
      { quota_key: "total", clients: "1" },
    ]);
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
    expect((await server.query(`SELECT * FROM "${schema}".quota_count ORDER BY quota_key`)).rows).toEqual(
      ["a", "b"].map((quota_key) => ({ quota_key, clients: "10" })),
    );
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
