import { consentStoreContract, registrationStoreContract } from "@oauth-dcr/contract-tests";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, describe, expect, it } from "vitest";
import { openPostgresStore } from "../src/index.js";
import { pglitePool, serverPool, temporarySchemas } from "./postgres-support.js";

const database = new PGlite();
const pglite = pglitePool(database);
afterAll(async () => database.close());
let schemas = 0;
const embedded = {
  name: "PGlite",
  createStore: async () => openPostgresStore(pglite, { schema: `contract_${(schemas += 1)}` }),
};
registrationStoreContract({ describe, it, expect }, embedded);
consentStoreContract({ describe, it, expect }, embedded);

const pool = await serverPool();
if (pool) {
  const newSchema = temporarySchemas(pool);
  const options = {
    name: "PostgreSQL",
    createStore: async () =>
      openPostgresStore(pool, {
        schema: newSchema(),
        lockTimeoutSeconds: 60,
        statementTimeoutSeconds: 60,
      }),
  };
  registrationStoreContract({ describe, it, expect }, options);
  consentStoreContract({ describe, it, expect }, options);
}
