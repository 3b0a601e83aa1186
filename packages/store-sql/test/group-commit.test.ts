import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openSqliteStore, type SqliteDatabase, type SqliteStore } from "../src/index.js";
import { client, clients, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();
const CREATED = { outcome: "created" };
const DUPLICATE = { outcome: "duplicate_client_id" };

interface Observed {
  readonly store: SqliteStore;
  readonly database: Database.Database;
  /** The statements that write, in their order, since the store was opened. */
  readonly log: string[];
  /** Called before each of them; what it throws is thrown by the driver. */
  before: (sql: string) => void;
}

/** A store on a real database, whose every statement passes before our eyes. */
function observed(lockTimeoutSeconds = 0): Observed {
  const database = new Database(newFile());
  const seen = (sql: string): void => {
    const word = /^\w+/.exec(sql)?.[0] ?? "";
    self.before(word);
    self.log.push(word);
  };
  const watched: SqliteDatabase = {
    get open() {
      return database.open;
    },
    get inTransaction() {
      return database.inTransaction;
    },
    exec(sql) {
      seen(sql);
      return database.exec(sql);
    },
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run: (...values) => statement.run(...values),
        all(...values) {
          if (!sql.startsWith("SELECT")) seen(sql);
          return statement.all(...values);
        },
      };
    },
    close: () => database.close(),
  };
  const self: Observed = {
    log: [],
    before: () => undefined,
    database,
    get store() {
      return store;
    },
  };
  const store = openSqliteStore(watched, { lockTimeoutSeconds });
  self.log.length = 0;
  return self;
}

/** Fails the `count`-th of the statements that begin with `word`, and those after it as long as `times` lasts. */
function failing(word: string, { count = 1, times = 1, code = "SQLITE_IOERR" } = {}): (sql: string) => void {
  let met = 0;
  return (sql) => {
    if (sql !== word) return;
    met += 1;
    if (met >= count && met < count + times) throw Object.assign(new Error(`${word} failed`), { code });
  };
}

async function settled(promises: readonly Promise<unknown>[]): Promise<readonly unknown[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) =>
    result.status === "fulfilled" ? result.value : (result.reason as Error).message,
  );
}

function count(database: Database.Database): unknown {
  return (database.prepare("SELECT count(*) AS count FROM client").get() as { count: number }).count;
}

function inserts(log: readonly string[]): number {
  return log.filter((word) => word === "INSERT").length;
}

describe("group commit", () => {
  it("puts what arrives together into one transaction", async () => {
    const { store, log } = observed();
    const outcomes = await Promise.all(clients("c", 40).map(async (each) => store.createClient(each)));
    expect(outcomes).toEqual(Array.from({ length: 40 }, () => CREATED));
    expect(log).toEqual(["BEGIN", ...Array.from({ length: 40 }, () => "INSERT"), "COMMIT"]);
    store.close();
  });

  it("groups requests whose callbacks run one after the other, with their microtasks in between", async () => {
    const { store, log } = observed();
    const created: Promise<unknown>[] = [];
    for (const each of clients("c", 5)) {
      created.push(store.createClient(each));
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
    expect(await Promise.all(created)).toEqual(created.map(() => CREATED));
    expect(log.filter((word) => word === "COMMIT")).toEqual(["COMMIT"]);
    store.close();
  });

  it("splits a crowd, so that no commit holds the event loop for long", async () => {
    const { store, log, database } = observed();
    const transactions: number[] = [];
    const crowd = clients("c", 1000).map(async (each) => store.createClient(each));
    await Promise.all(crowd);
    let size = 0;
    for (const word of log) {
      if (word === "INSERT") size += 1;
      if (word === "COMMIT") transactions.push(size);
      if (word === "COMMIT") size = 0;
    }
    expect(transactions).toEqual([256, 256, 256, 232]);
    expect(count(database)).toBe(1000);
    store.close();
  });

  it("answers nobody before the commit", async () => {
    const observation = observed();
    const { store, log } = observation;
    let answered = 0;
    const answeredAt: [word: string, answered: number][] = [];
    observation.before = (word) => answeredAt.push([word, answered]);
    const created = clients("c", 3).map(async (each) => {
      await store.createClient(each);
      answered += 1;
      expect(log.at(-1)).toBe("COMMIT");
    });
    await Promise.all(created);
    expect(answeredAt).toEqual(["BEGIN", "INSERT", "INSERT", "INSERT", "COMMIT"].map((word) => [word, 0]));
    store.close();
  });

  it("tells a duplicate from its neighbours, in one group and across groups", async () => {
    const { store } = observed();
    const first = [client("a"), client("a", 10), client("b"), client("a", 20), client("c")];
    expect(await settled(first.map(async (each) => store.createClient(each)))).toEqual([
      CREATED,
      DUPLICATE,
      CREATED,
      DUPLICATE,
      CREATED,
    ]);
    const second = [client("d"), client("b", 10)];
    expect(await settled(second.map(async (each) => store.createClient(each)))).toEqual([CREATED, DUPLICATE]);
    for (const id of ["a", "b", "c", "d"]) expect(await store.findClient(id)).toEqual(client(id));
    store.close();
  });

  it("refuses by itself a client that the table cannot hold", async () => {
    const { store } = observed();
    const endless: Record<string, never> = {};
    Object.assign(endless, { endless });
    const odd = [
      client("lone \ud800 surrogate"),
      client("nul \0 inside"),
      { ...client("no time"), clientIdIssuedAt: Number.NaN },
      { ...client("half a second"), clientIdIssuedAt: 1.5 },
      { ...client("no expiry"), clientSecretHash: "00", clientSecretExpiresAt: Number.POSITIVE_INFINITY },
      { ...client("endless"), metadata: endless },
    ];
    const attempts = [client("before"), ...odd, client("after")].map(async (each) =>
      store.createClient(each),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      ...odd.map(() => "rejected"),
      "fulfilled",
    ]);
    for (const { clientId } of odd) expect(await store.findClient(clientId)).toBe(undefined);
    store.close();
  });
});

describe("when the driver fails", () => {
  it.each([
    ["BEGIN", 1],
    ["INSERT", 1],
    ["INSERT", 3],
    ["COMMIT", 1],
  ])(
    "at %s number %i, all of the group reject, nothing is written, and the next group goes through",
    async (word, nth) => {
      const observation = observed();
      const { store, database } = observation;
      await store.createClient(client("earlier"));
      observation.before = failing(word, { count: nth });
      const group = clients("c", 4);
      const message = `${word} failed`;
      expect(await settled(group.map(async (each) => store.createClient(each)))).toEqual(
        group.map(() => message),
      );
      expect(database.inTransaction).toBe(false);
      expect(count(database)).toBe(1);
      for (const { clientId } of group) expect(await store.findClient(clientId)).toBe(undefined);

      expect(await settled(group.map(async (each) => store.createClient(each)))).toEqual(
        group.map(() => CREATED),
      );
      expect(count(database)).toBe(5);
      store.close();
    },
  );

  it("to roll back, the transaction is ended before the next, and its rows do not get in", async () => {
    const observation = observed();
    const { store, database } = observation;
    const commitFails = failing("COMMIT");
    const rollbackFails = failing("ROLLBACK");
    observation.before = (word) => {
      commitFails(word);
      rollbackFails(word);
    };
    expect(await settled([store.createClient(client("lost"))])).toEqual(["COMMIT failed"]);
    expect(database.inTransaction).toBe(true);
    expect(await settled([store.createClient(client("next"))])).toEqual([CREATED]);
    expect(await store.findClient("lost")).toBe(undefined);
    expect(count(database)).toBe(1);
    store.close();
  });

  it("with a lock, the group waits for its time and no longer, and is not committed twice", async () => {
    const observation = observed(60);
    const { store, database, log } = observation;
    observation.before = failing("BEGIN", { times: 3, code: "SQLITE_BUSY" });
    const group = clients("c", 3);
    expect(await settled(group.map(async (each) => store.createClient(each)))).toEqual(
      group.map(() => CREATED),
    );
    expect(inserts(log)).toBe(3);
    expect(count(database)).toBe(3);
    store.close();

    const impatient = observed(0);
    impatient.before = failing("BEGIN", { code: "SQLITE_BUSY" });
    expect(await settled([impatient.store.createClient(client("late"))])).toEqual(["BEGIN failed"]);
    impatient.store.close();
  });

  it("with a row of another client, it is not given out", async () => {
    const { database } = observed();
    const swapped: SqliteDatabase = {
      open: true,
      inTransaction: false,
      exec: (sql) => database.exec(sql),
      prepare: (sql) => {
        const statement = database.prepare(sql);
        return {
          run: (...values) => statement.run(...values),
          all: (...values) => statement.all(...values.map((value) => (value === "mine" ? "theirs" : value))),
        };
      },
      close: () => database.close(),
    };
    const store = openSqliteStore(swapped);
    await store.createClient(client("theirs"));
    expect(await store.findClient("theirs")).toEqual(client("theirs"));
    await expect(store.findClient("mine")).rejects.toThrow("another client");
    store.close();
  });
});

describe("close", () => {
  it("commits what is pending", async () => {
    const { store, log, database } = observed();
    const created = clients("c", 300).map(async (each) => store.createClient(each));
    await Promise.resolve(); // They are under way, and no turn of the event loop has passed.
    store.close();
    expect(database.open).toBe(false);
    expect(inserts(log)).toBe(300);
    expect(await Promise.all(created)).toEqual(created.map(() => CREATED));
  });

  it("leaves no lock behind, even if rolling back failed", async () => {
    const observation = observed();
    const { store, database } = observation;
    const other = new Database((database.prepare("PRAGMA database_list").get() as { file: string }).file);
    const commitFails = failing("COMMIT");
    const rollbackFails = failing("ROLLBACK");
    observation.before = (word) => {
      commitFails(word);
      rollbackFails(word);
    };
    expect(await settled([store.createClient(client("lost"))])).toEqual(["COMMIT failed"]);
    expect(database.inTransaction).toBe(true);
    store.close();
    other.exec("BEGIN IMMEDIATE; COMMIT");
    other.close();
  });

  it("rejects what is pending when it cannot be committed", async () => {
    const observation = observed(60);
    const { store } = observation;
    observation.before = failing("BEGIN", { times: Number.POSITIVE_INFINITY, code: "SQLITE_BUSY" });
    const created = clients("c", 300).map(async (each) => store.createClient(each));
    await Promise.resolve();
    store.close();
    expect(new Set(await settled(created))).toEqual(new Set(["BEGIN failed"]));
  });
});
