import type { RegistrationStore } from "@oauth-dcr/core";
import { memoryStore } from "@oauth-dcr/core/memory";
import { openSqliteStore, StoreOpenError } from "@oauth-dcr/store-sql";
import Database from "libsql";

/** A store, and how to let go of it. */
export interface OpenStore {
  readonly store: RegistrationStore;
  /** Where the data is, in words for the operator. */
  readonly place: string;
  close(): void;
}

/**
 * Opens the SQLite file, or memory when there is none.
 * @throws StoreOpenError
 */
export function openStore(file: string | undefined): OpenStore {
  if (file === undefined) {
    return { store: memoryStore(), place: "in memory, gone at exit", close: () => undefined };
  }
  const store = openSqliteStore(connect(file));
  return { store, place: file, close: () => store.close() };
}

function connect(file: string): Database.Database {
  try {
    return new Database(file);
  } catch (cause) {
    throw new StoreOpenError("unavailable", file, { cause });
  }
}
