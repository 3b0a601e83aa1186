import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgresStore, openSqliteStore } from "@oauth-dcr/store-sql";
import Database from "libsql";
import pg from "pg";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { runOauthDcr, spawnOauthDcr, startServer, type ServerProcess } from "../support/oauth-dcr-process.js";
import { missing } from "../support/services.js";
import { keepRegistering, type Answer } from "./support/registrations.js";

const POSTGRES = "postgres://postgres@127.0.0.1:5432/test";
const folder = mkdtempSync(join(tmpdir(), "oauth-dcr-backup-"));
const pool = new pg.Pool({ connectionString: POSTGRES, max: 2 });
pool.on("error", () => undefined);
const schemas: string[] = [];
const servers: ServerProcess[] = [];
let number = 0;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.end()));
});
afterAll(async () => {
  for (const schema of schemas) await pool.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
  await pool.end();
  rmSync(folder, { recursive: true });
});

const KINDS = {
  SQLite: {
    newDatabase: () => join(folder, `${(number += 1)}.sqlite`),
    async identifiers(database: string): Promise<readonly string[]> {
      const store = openSqliteStore(new Database(database));
      const clients = (await store.findClients({}, { limit: 100_000 })).clients;
      store.close();
      return clients.map(({ clientId }) => clientId);
    },
    exists: (database: string) => Promise.resolve(existsSync(database)),
    async fill(database: string) {
      openSqliteStore(new Database(database)).close();
      const connection = new Database(database);
      connection.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO client (client_id, client_id_issued_at, version, status, requirements, origin, metadata)
        SELECT 'filled' || i, 0, 1, 'active', '{}', '{"source":"open","policies":[]}',
          json_object('client_name', hex(randomblob(25000))) FROM n`);
      connection.close();
      return Promise.resolve();
    },
  },
  PostgreSQL: {
    newDatabase() {
      const schema = `backup_${process.pid}_${(number += 1)}`;
      schemas.push(schema);
      return `${POSTGRES}?schema=${schema}`;
    },
    async identifiers(database: string): Promise<readonly string[]> {
      const store = await openPostgresStore(pool, { schema: schemaIn(database) });
      return (await store.findClients({}, { limit: 100_000 })).clients.map(({ clientId }) => clientId);
    },
    async exists(database: string) {
      const sql = "SELECT FROM pg_namespace WHERE nspname = $1";
      return (await pool.query(sql, [schemaIn(database)])).rowCount === 1;
    },
    async fill(database: string) {
      const schema = schemaIn(database);
      await openPostgresStore(pool, { schema });
      await pool.query(`INSERT INTO "${schema}".client
        (client_id, client_id_issued_at, version, status, requirements, origin, metadata)
        SELECT 'filled' || i, 0, 1, 'active', '{}', '{"source":"open","policies":[]}',
          json_build_object('client_name', repeat(md5(i::text), 1500))::text FROM generate_series(1, 2000) AS i`);
    },
  },
} as const;
const schemaIn = (database: string) => new URL(database).searchParams.get("schema") ?? "";
const idsOf = (answers: readonly Answer[]) => answers.map(({ body }) => String(body["client_id"]));
const newFile = () => join(folder, `${(number += 1)}.backup`);
const on = (database: string, ...args: readonly string[]) => runOauthDcr([...args, "--database", database]);

const reason = await missing("postgresql");
const kinds = Object.entries(KINDS).filter(([name]) => name === "SQLite" || reason === undefined);
if (reason !== undefined) it.skip(`PostgreSQL is not tested here: ${reason}`, () => undefined);

describe.each(kinds)("a backup of %s", (_, kind) => {
  async function serving() {
    const database = kind.newDatabase();
    const args = ["--database", database, "--rate-limit", "off", "--idempotent", "off", "--quota", "off"];
    const server = await startServer([...args, "--audit", "database"]);
    servers.push(server);
    return { database, load: keepRegistering([server]) };
  }

  it("has every client that was acknowledged before it began, and restores them with the audit log and tokens", async () => {
    const { database, load } = await serving();
    const token = (await on(database, "token", "issue", "--uses", "3")).stdout.trim();
    const before = idsOf(await load.more(201, 100));
    const file = newFile();
    const backup = await on(database, "backup", file);
    expect([backup.code, backup.stderr]).toEqual([0, ""]);
    await load.stop();

    const restored = kind.newDatabase();
    const restore = await on(restored, "restore", file);
    expect([restore.code, restore.stderr]).toEqual([0, ""]);
    const found = await kind.identifiers(restored);
    const kept = new Set(found);
    expect(before.filter((id) => !kept.has(id))).toEqual([]);
    const contents = { clients: found.length, initialAccessTokens: 1 };
    expect(JSON.parse(backup.stdout)).toMatchObject(contents);
    expect(JSON.parse(restore.stdout)).toMatchObject(contents);
    expect((await on(restored, "audit", "verify")).code).toBe(0);
    expect((await on(restored, "token", "show", token)).stdout).toContain('"state":"good"');

    const again = await startServer(["--database", restored, "--rate-limit", "off", "--idempotent", "off"]);
    servers.push(again);
    const more = keepRegistering([again]);
    await more.more(201, 5);
    await more.stop();
  });

  it("that is killed leaves nothing under its name", async () => {
    const database = kind.newDatabase();
    await kind.fill(database);
    const file = join(mkdtempSync(join(folder, "killed-")), "backup");
    const begun = new Promise<void>((resolve) => {
      const watcher = watch(join(file, ".."), () => {
        watcher.close();
        resolve();
      });
    });
    const { child } = spawnOauthDcr(["backup", file, "--database", database]);
    await begun;
    child.kill("SIGKILL");
    expect(await once(child, "close")).toEqual([null, "SIGKILL"]);
    expect(existsSync(file)).toBe(false);
    expect(
      readdirSync(join(file, "..")).every((name) => name.endsWith(".partial") || name.includes(".partial-")),
    ).toBe(true);
    // And the next one is not in its way.
    expect((await on(database, "backup", file)).code).toBe(0);
  });

  it("that is damaged or cut short is refused, and nothing of it is restored", async () => {
    const database = kind.newDatabase();
    await kind.fill(database);
    const file = newFile();
    expect((await on(database, "backup", file)).code).toBe(0);
    const whole = readFileSync(file);
    const middle = Math.floor(whole.length / 2);
    for (const damaged of [
      whole.subarray(0, middle),
      whole.subarray(0, 0),
      Buffer.concat([whole.subarray(0, middle), Buffer.alloc(8192, "?"), whole.subarray(middle + 8192)]),
    ]) {
      const path = newFile();
      writeFileSync(path, damaged);
      const restored = kind.newDatabase();
      const restore = await on(restored, "restore", path);
      expect([restore.code, restore.stdout]).toEqual([1, ""]);
      expect(restore.stderr).toMatch(/damaged|no backup|not a SQLite database|another program|empty/);
      expect(await kind.exists(restored)).toBe(false);
    }
  });

  it("replaces no file and no database", async () => {
    const database = kind.newDatabase();
    await kind.fill(database);
    const file = newFile();
    writeFileSync(file, "something else");
    expect((await on(database, "backup", file)).stderr).toContain("is there already");
    expect(readFileSync(file, "utf8")).toBe("something else");
    const backup = newFile();
    await on(database, "backup", backup);
    const other = kind.newDatabase();
    await kind.fill(other);
    const restore = await on(other, "restore", backup);
    expect([restore.code, restore.stdout]).toEqual([1, ""]);
    expect(restore.stderr).toMatch(/is there already|has tables already/);
  });
});

describe("--audit database:PATH", () => {
  it("is backed up by a second command, after the clients, and has the event of each of them", async () => {
    const [database, log] = [KINDS.SQLite.newDatabase(), KINDS.SQLite.newDatabase()];
    const server = await startServer([
      ...["--database", database, "--audit", `database:${log}`],
      ...["--rate-limit", "off", "--idempotent", "off", "--quota", "off"],
    ]);
    servers.push(server);
    const load = keepRegistering([server]);
    await load.more(201, 50);
    const [clientsFile, logFile] = [newFile(), newFile()];
    const backups = [await on(database, "backup", clientsFile), await on(log, "backup", logFile)];
    await load.stop();
    expect(backups.map(({ code, stderr }) => [code, stderr])).toEqual(Array(2).fill([0, ""]));
    const [of, ofLog] = backups.map(({ stdout }) => JSON.parse(stdout) as Record<string, number>);
    expect(of).toMatchObject({ auditEvents: 0 });
    expect(ofLog).toMatchObject({ clients: 0 });

    const [restored, restoredLog] = [KINDS.SQLite.newDatabase(), KINDS.SQLite.newDatabase()];
    expect((await on(restored, "restore", clientsFile)).code).toBe(0);
    expect((await on(restoredLog, "restore", logFile)).code).toBe(0);
    expect((await on(restoredLog, "audit", "verify")).code).toBe(0);
    const connection = new Database(restoredLog);
    const rows = connection
      .prepare("SELECT json_extract(event, '$.clientId') AS id FROM audit_event")
      .all() as { id: string }[];
    connection.close();
    const told = new Set(rows.map(({ id }) => id));
    const kept = await KINDS.SQLite.identifiers(restored);
    expect(kept.length).toBeGreaterThanOrEqual(50);
    expect(kept.filter((id) => !told.has(id))).toEqual([]);
  });
});

describe("a backup of the other kind", () => {
  it.skipIf(reason !== undefined)("is refused by each", async () => {
    const [sqlite, postgres] = [KINDS.SQLite.newDatabase(), KINDS.PostgreSQL.newDatabase()];
    const [sqliteFile, postgresFile] = [newFile(), newFile()];
    openSqliteStore(new Database(sqlite)).close();
    await openPostgresStore(pool, { schema: schemaIn(postgres) });
    await on(sqlite, "backup", sqliteFile);
    await on(postgres, "backup", postgresFile);
    expect((await on(KINDS.SQLite.newDatabase(), "restore", postgresFile)).code).toBe(1);
    expect((await on(KINDS.PostgreSQL.newDatabase(), "restore", sqliteFile)).code).toBe(1);
  });
});

describe("what is no backup", () => {
  /** A schema with one client: what is tested needs no more, and many take minutes beside other work. */
  async function fillWithOne(database: string): Promise<void> {
    await openPostgresStore(pool, { schema: schemaIn(database) });
    await pool.query(`INSERT INTO "${schemaIn(database)}".client
      (client_id, client_id_issued_at, version, status, requirements, origin, metadata)
      VALUES ('one', 0, 1, 'active', '{}', '{"source":"open","policies":[]}', '{}')`);
  }

  it("a copy of the main file of a live SQLite database lacks clients that were acknowledged", async () => {
    const database = KINDS.SQLite.newDatabase();
    const server = await startServer([
      "--database",
      database,
      "--rate-limit",
      "off",
      "--idempotent",
      "off",
      "--quota",
      "off",
    ]);
    servers.push(server);
    const load = keepRegistering([server]);
    const acknowledged = idsOf(await load.more(201, 50));
    const copy = newFile();
    copyFileSync(database, copy);
    await load.stop();
    const kept = new Set(await KINDS.SQLite.identifiers(copy));
    expect(acknowledged.some((id) => !kept.has(id))).toBe(true);
  });

  it("a log that stayed when its database was removed stops a restore", async () => {
    const [database, restored] = [KINDS.SQLite.newDatabase(), KINDS.SQLite.newDatabase()];
    openSqliteStore(new Database(database)).close();
    const file = newFile();
    await on(database, "backup", file);
    writeFileSync(`${restored}-wal`, "left behind");
    const restore = await on(restored, "restore", file);
    expect(restore.stderr).toContain("a log without its database");
    expect(existsSync(restored)).toBe(false);
  });

  it.each([
    ["CREATE TRIGGER mine AFTER INSERT ON client BEGIN DELETE FROM client; END", "it has the trigger mine"],
    [
      "CREATE TRIGGER client_terms_added2 AFTER INSERT ON client BEGIN DELETE FROM client; END",
      "it has the trigger client_terms_added2",
    ],
    [
      "DROP TRIGGER client_terms_added; CREATE TRIGGER client_terms_added AFTER INSERT ON client BEGIN DELETE FROM client; END",
      "its trigger client_terms_added is not",
    ],
    ['CREATE TABLE "a""b" (c)', "it has the table"],
    ["CREATE VIEW mine AS SELECT 1", "it has the view mine"],
    [
      "DROP INDEX client_fingerprint; CREATE INDEX client_fingerprint ON client (fingerprint)",
      "its index client_fingerprint is not",
    ],
    ["DROP INDEX client_fingerprint", "it lacks the index client_fingerprint"],
    ["DROP TRIGGER client_terms_deleted", "it lacks the trigger client_terms_deleted"],
    ["DROP TABLE webhook_message", "it lacks the table webhook_message"],
    ["ALTER TABLE client ADD COLUMN mine TEXT", "its table client is not"],
    ["ALTER TABLE client RENAME COLUMN owner TO mine", "its table client is not"],
    [
      "DROP TABLE quota_count; CREATE TABLE quota_count (quota_key TEXT NOT NULL PRIMARY KEY, clients INTEGER) STRICT",
      "its table quota_count is not",
    ],
    // A name that SQLite keeps for itself, which nothing but its own hand could have written.
    [
      `PRAGMA writable_schema = ON;
       CREATE TRIGGER mine AFTER INSERT ON client BEGIN DELETE FROM client; END;
       UPDATE sqlite_schema SET name = 'sqlite_mine', sql = replace(sql, 'mine', 'sqlite_mine') WHERE name = 'mine'`,
      "it has the trigger sqlite_mine",
    ],
    ["PRAGMA user_version = -1", "it has the "],
  ])("a backup with another schema than ours is not restored: %s", async (sql, detail) => {
    const [database, restored] = [KINDS.SQLite.newDatabase(), KINDS.SQLite.newDatabase()];
    openSqliteStore(new Database(database)).close();
    const file = newFile();
    await on(database, "backup", file);
    const connection = new Database(file);
    connection.exec(sql);
    connection.close();
    const restore = await on(restored, "restore", file);
    expect([restore.code, restore.stderr]).toEqual([1, expect.stringContaining(detail)]);
    expect(existsSync(restored)).toBe(false);
    // Nor written, where the database itself is like that.
    const again = await on(file, "backup", newFile());
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(detail)]);
  });

  it("a database that an operator has analyzed is backed up and restored", async () => {
    const [database, restored] = [KINDS.SQLite.newDatabase(), KINDS.SQLite.newDatabase()];
    await KINDS.SQLite.fill(database);
    const connection = new Database(database);
    connection.exec("ANALYZE");
    connection.close();
    const file = newFile();
    expect(await on(database, "backup", file)).toMatchObject({ code: 0, stderr: "" });
    expect(await on(restored, "restore", file)).toMatchObject({ code: 0, stderr: "" });
  });

  it.each(kinds)("a folder or a pipe is no file to restore: %s", async (_, kind) => {
    const pipe = newFile();
    execFileSync("mkfifo", [pipe]);
    for (const path of [folder, pipe]) {
      const restore = await on(kind.newDatabase(), "restore", path);
      expect([restore.code, restore.stderr]).toEqual([1, expect.stringContaining("is no file")]);
    }
  });

  it.skipIf(reason !== undefined)(
    "a backup of PostgreSQL whose rows are not those of its tables is not restored",
    async () => {
      const database = KINDS.PostgreSQL.newDatabase();
      await fillWithOne(database);
      const file = newFile();
      await on(database, "backup", file);
      const lines = readFileSync(file, "utf8").split("\n").slice(0, -2);
      const restoreWith = async (changed: readonly string[]) => {
        const text = changed.map((line) => `${line}\n`).join("");
        const seal = { lines: changed.length, sha256: createHash("sha256").update(text).digest("hex") };
        const path = newFile();
        writeFileSync(path, `${text}${JSON.stringify(seal)}\n`);
        const restored = KINDS.PostgreSQL.newDatabase();
        const restore = await on(restored, "restore", path);
        expect(await KINDS.PostgreSQL.exists(restored)).toBe(restore.code === 0);
        return [restore.code, restore.stderr];
      };
      expect(await restoreWith(lines)).toEqual([0, ""]);
      const index = lines.findIndex((line) => line.startsWith('{"table":"client",'));
      const lacking = lines.with(index, lines[index]!.replace('"expires_at":', '"ends_at":'));
      expect(await restoreWith(lacking)).toEqual([
        1,
        expect.stringContaining("a row of client without the column expires_at"),
      ]);
      expect(await restoreWith([...lines, '{"table":"quota_count","row":{}}'])).toEqual([
        1,
        expect.stringContaining("the table quota_count, which its version does not have"),
      ]);
    },
  );

  it.skipIf(reason !== undefined)("a schema with a view or a function in it takes no backup", async () => {
    const database = KINDS.PostgreSQL.newDatabase();
    await fillWithOne(database);
    const file = newFile();
    await on(database, "backup", file);
    for (const [name, sql] of [
      ["mine", "CREATE VIEW schema.mine AS SELECT 1"],
      ["count_client", "CREATE FUNCTION schema.count_client() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ] as const) {
      const restored = KINDS.PostgreSQL.newDatabase();
      await pool.query(`CREATE SCHEMA ${schemaIn(restored)}; ${sql.replace("schema", schemaIn(restored))}`);
      const restore = await on(restored, "restore", file);
      expect([restore.code, restore.stderr]).toEqual([1, expect.stringContaining(`is not empty (${name})`)]);
    }
  });

  it.each([
    [["backup"], "missing required argument 'FILE'"],
    [["restore"], "missing required argument 'FILE'"],
    [["backup", "one", "two"], "unexpected argument 'two'"],
  ])("a call without one file: %j", async (args, message) => {
    const { code, stderr } = await on(KINDS.SQLite.newDatabase(), ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
