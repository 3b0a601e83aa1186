import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registrationStoreContract, registrationStoreRaces } from "@oauth-dcr/contract-tests";
import fc from "fast-check";
import { Pool } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { openPostgresAuditLog, openPostgresStore } from "../src/index.js";
import { freePort } from "../../../tests/support/ports.js";
import { describeUnless, missing } from "../../../tests/support/services.js";
import { serverPool, temporarySchemas } from "./postgres-support.js";

const PGBOUNCER = "/usr/sbin/pgbouncer";
const PATIENT = { lockTimeoutSeconds: 60, statementTimeoutSeconds: 60 };

const direct = await serverPool();
const reason = await missing("postgresql", "pgbouncer");
const port = reason === undefined ? await startPooler() : 0;

describeUnless(reason, "a pooler before PostgreSQL", () => {
  if (!direct) return;
  const newSchema = temporarySchemas(direct);
  const pool = new Pool({ host: "127.0.0.1", port, user: "postgres", database: "test", max: 20 });
  afterAll(() => pool.end());

  const behind = {
    name: "PostgreSQL behind a transaction-mode pooler",
    createStore: () => openPostgresStore(pool, { schema: newSchema(), ...PATIENT }),
  };
  registrationStoreContract({ describe, it, expect }, behind);
  registrationStoreRaces({ describe, it, expect }, fc, { ...behind, runs: 10 });

  describe(behind.name, () => {
    it("gives each transaction whichever connection is free, so that the suites above prove something", async () => {
      const client = await pool.connect();
      const pids = new Set<number>();
      const others = Array.from({ length: 50 }, () => pool.query("SELECT pg_sleep(0.001)"));
      for (let round = 0; round < 50; round += 1) {
        const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
        pids.add(rows[0]?.pid ?? 0);
      }
      await Promise.all(others);
      client.release();
      expect(pids.size).toBeGreaterThan(1);
    });

    it("keeps one chain of audit events that several record at once", async () => {
      const schema = newSchema();
      const logs = await Promise.all(Array.from({ length: 3 }, () => openPostgresAuditLog(pool, { schema })));
      const event = (clientId: string) =>
        ({ type: "client_expired", at: "2026-11-24T00:00:00.000Z", actor: "system", clientId }) as const;
      await Promise.all(
        logs.flatMap((log, at) =>
          Array.from({ length: 30 }, async (_, index) => log.record(event(`${at} ${index}`))),
        ),
      );
      expect(await logs[0]?.verify()).toMatchObject({ ok: true, events: 90 });
    });
  });
});

/** A pooler of this test's own, with fewer connections to the server than it takes from clients. Answers its port. */
async function startPooler(): Promise<number> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-pooler-"));
  const file = join(directory, "pgbouncer.ini");
  writeFileSync(
    file,
    `[databases]
test = host=127.0.0.1 port=5432 user=postgres dbname=test
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
`,
  );
  chmodSync(directory, 0o755);
  const child = spawn(PGBOUNCER, [file], { stdio: ["ignore", "ignore", "pipe"], ...notRoot() });
  afterAll(async () => {
    const end = once(child, "exit");
    child.kill("SIGTERM");
    await end;
    rmSync(directory, { recursive: true });
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes("process up")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`pgbouncer ended with ${code}: ${log}`)));
  });
  return port;
}

/** It refuses to run as root. */
function notRoot(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string) => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}
