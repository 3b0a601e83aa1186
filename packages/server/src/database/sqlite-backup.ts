import { copyFileSync, existsSync } from "node:fs";
import {
  backUpSqlite,
  readSqliteStatus,
  StoreOpenError,
  type DatabaseStatus,
  verifySqliteBackup,
  type BackupContents,
} from "@oauth-dcr/store-sql";
import SqliteDatabase from "libsql";
import { makeNewFile, requireFile } from "./new-file.js";

/** Backs the SQLite database up into a new file. */
export async function backUpSqliteFile(database: string, file: string): Promise<BackupContents> {
  return makeNewFile(file, (temporary) => {
    const source = opened(database);
    try {
      backUpSqlite(source, temporary);
    } finally {
      source.close();
    }
    return Promise.resolve(verified(temporary, file));
  });
}

/** Makes a SQLite database of a backup. */
export async function restoreSqliteFile(file: string, database: string): Promise<BackupContents> {
  return makeNewFile(database, (temporary) => {
    // SQLite would take the log of a database that is gone for that of the new one.
    const log = [`${database}-wal`, `${database}-journal`].find((path) => existsSync(path));
    if (log !== undefined) throw new Error(`${log} is there: a log without its database. Move it away first`);
    requireFile(file);
    copyFileSync(file, temporary);
    return Promise.resolve(verified(temporary, file));
  });
}

/** What the SQLite database says of itself; of a file that is not there yet, that it has no schema. */
export function sqliteFileStatus(file: string): DatabaseStatus {
  const database = existsSync(file) ? opened(file) : new SqliteDatabase(":memory:");
  try {
    return readSqliteStatus(database, file);
  } catch (cause) {
    if (cause instanceof StoreOpenError) throw cause;
    throw new StoreOpenError("not_a_database", file, { cause });
  } finally {
    database.close();
  }
}

function verified(path: string, named: string): BackupContents {
  const [database, empty] = [opened(path), new SqliteDatabase(":memory:")];
  try {
    return verifySqliteBackup(database, named, empty);
  } catch (cause) {
    if (cause instanceof StoreOpenError) throw cause;
    throw new StoreOpenError("not_a_database", named, { cause });
  } finally {
    database.close();
    empty.close();
  }
}

function opened(path: string): SqliteDatabase.Database {
  return new SqliteDatabase(path, { readonly: true });
}
