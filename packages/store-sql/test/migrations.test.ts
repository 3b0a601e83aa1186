import Database from "libsql";
import { expect, it } from "vitest";
import { openSqliteStore, type SqliteDatabase } from "../src/index.js";
import { restoredFile, startChild, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const PROCESSES = 8;

it.each([
  ["a new file", newFile],
  ["a new file, once more", newFile],
  ["a restored file, which is not in WAL mode", async () => restoredFile(newFile, 3000)],
])("8 processes that start at once on %s all serve it", async (_what, fileOf) => {
  const file = await fileOf();
  const children = Array.from({ length: PROCESSES }, (_, index) =>
    startChild("open-store.mjs", file, `client-${index}`),
  );
  for (const child of children) expect(await child.nextLine()).toBe("ready");
  for (const child of children) child.process.stdin.write("go\n");
  const answers = await Promise.all(children.map(async (child) => child.nextLine()));
  expect(answers).toEqual(children.map((_, index) => `created client-${index}`));
  expect(await Promise.all(children.map(async ({ ended }) => ended))).toEqual(children.map(() => 0));

  const database = new Database(file);
  expect(database.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 11 });
  expect(database.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
  expect(database.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
  const store = openSqliteStore(database);
  for (const [index] of children.entries()) {
    expect(await store.findClient(`client-${index}`)).toMatchObject({ clientId: `client-${index}` });
  }
  store.close();
});

it("another process that creates the schema while this one looks does not make it look foreign", () => {
  const file = newFile();
  const database = new Database(file);
  let interruptions = 0;
  const interrupted: SqliteDatabase = {
    open: true,
    get inTransaction() {
      return database.inTransaction;
    },
    exec: (sql) => database.exec(sql),
    prepare(sql) {
      if (sql.includes("sqlite_schema") && (interruptions += 1) === 1) {
        try {
          openSqliteStore(new Database(file), { openTimeoutSeconds: 0 }).close();
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_STORE_LOCKED" });
        }
      }
      return database.prepare(sql);
    },
    close: () => database.close(),
  };
  openSqliteStore(interrupted).close();
  expect(interruptions).toBeGreaterThan(0);
});

it("a file of the first version keeps its clients, which then have all that later versions know", async () => {
  const file = newFile();
  const first = new Database(file);
  first.exec(`
    CREATE TABLE client (
      client_id TEXT NOT NULL PRIMARY KEY, client_id_issued_at INTEGER NOT NULL, client_secret_hash TEXT,
      client_secret_expires_at INTEGER, metadata TEXT NOT NULL) STRICT;
    INSERT INTO client VALUES ('old', 1790000000, NULL, NULL,
      '{"client_name":"Old","redirect_uris":["https://One.example:8443/cb","https://two.example/cb"]}');
    INSERT INTO client VALUES ('public', 1790000000, NULL, NULL,
      '{"token_endpoint_auth_method":"none","grant_types":["authorization_code"]}');
    INSERT INTO client VALUES ('letters', 1790000000, NULL, NULL, '{"client_name":"ÜNÏ \\"Team\\" \\u0000"}');
    INSERT INTO client VALUES ('broken', 1790000000, NULL, NULL, '{"client_name":["É"]}');
    PRAGMA application_id = 1329873746;
    PRAGMA user_version = 1`);
  first.close();
  const store = openSqliteStore(new Database(file));
  expect(await store.findClient("old")).toEqual({
    clientId: "old",
    clientIdIssuedAt: 1_790_000_000,
    version: 1,
    status: "active",
    requirements: {},
    origin: { source: "open", policies: [] },
    metadata: {
      client_name: "Old",
      redirect_uris: ["https://One.example:8443/cb", "https://two.example/cb"],
    },
  });
  for (const query of [{ host: "one.example" }, { host: "two.example" }, { text: "old" }]) {
    expect((await store.findClients(query, { limit: 9 })).clients).toMatchObject([{ clientId: "old" }]);
  }
  const named = await store.findClients({ text: 'ünï "TEAM"' }, { limit: 9 });
  expect(named.clients).toMatchObject([{ clientId: "letters" }]);
  expect(await store.countClients(0)).toEqual([
    { source: "open", tier: "unknown", status: "active", clients: 4 },
  ]);
  expect(await store.findClient("public")).toMatchObject({ requirements: { pkce: true } });
  store.close();
});
