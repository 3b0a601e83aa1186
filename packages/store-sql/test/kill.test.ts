import type { RegisteredClient } from "@oauth-dcr/core";
import Database from "libsql";
import { expect, it } from "vitest";
import { openSqliteStore } from "../src/index.js";
import { seededRandom } from "../../../tests/support/seeded-random.js";
import { startChild, temporaryFiles } from "./support.js";

const newFile = temporaryFiles();

/** Two processes at a time on one file, so that each kill also happens to a neighbour who goes on. */
const LANES = 2;
const KILLS_A_LANE = 30;
const SEED = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000_007);

it("loses nothing that was acknowledged, and keeps nothing by halves, when killed again and again", async () => {
  console.log(`kill test: KILL_SEED=${SEED}`);
  const file = newFile();
  const acknowledged = new Map<string, RegisteredClient>();
  let awaited = 0;

  async function lane(lane: number): Promise<void> {
    const random = seededRandom(SEED + lane);
    for (let kill = 0; kill < KILLS_A_LANE; kill += 1) {
      const child = startChild("register-under-load.mjs", file, `${lane}/${kill}`);
      // One in five dies while it starts; the others in the middle of their work.
      if (random() < 0.2) {
        setTimeout(() => child.process.kill("SIGKILL"), random() * 250);
      } else {
        const enough = 1 + Math.floor(random() * 100);
        for (let line = 0; line < enough; line += 1) acknowledge(await child.nextLine());
        awaited += enough;
        setTimeout(() => child.process.kill("SIGKILL"), random() * 10);
      }
      for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) {
        acknowledge(line);
      }
      expect(await child.ended).toBe("SIGKILL");
    }
  }

  function acknowledge(line: string | undefined): void {
    if (!line?.endsWith(";")) return; // Killed in the middle of telling.
    const client = JSON.parse(line.slice(0, -1)) as RegisteredClient;
    expect(acknowledged.has(client.clientId)).toBe(false);
    acknowledged.set(client.clientId, client);
  }

  await Promise.all(Array.from({ length: LANES }, async (_, index) => lane(index)));

  const database = new Database(file);
  const store = openSqliteStore(database);
  for (const client of acknowledged.values()) {
    expect(await store.findClient(client.clientId)).toEqual(client);
  }
  expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  const rows = database.prepare("SELECT client_id FROM client").all() as { client_id: string }[];
  for (const { client_id } of rows) {
    const found = await store.findClient(client_id);
    expect(found?.metadata.redirect_uris).toHaveLength(2);
    expect(found?.clientSecretHash === undefined).toBe(found?.metadata.token_endpoint_auth_method === "none");
  }
  console.log(
    `kill test: ${LANES * KILLS_A_LANE} kills, ${acknowledged.size} acknowledged, ${rows.length} rows`,
  );
  expect(rows.length).toBeGreaterThanOrEqual(acknowledged.size);
  // However slow the machine is: each process that was killed at its work had done so much of it.
  expect(acknowledged.size).toBeGreaterThanOrEqual(awaited);
  expect(awaited).toBeGreaterThan(0);
  store.close();
});
