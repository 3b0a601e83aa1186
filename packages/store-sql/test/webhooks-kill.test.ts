import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { verifyWebhook } from "@oauth-dcr/core/webhooks";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { seededRandom } from "../../../tests/support/seeded-random.js";
import { describeUnless } from "../../../tests/support/services.js";
import { delivererOf, SECRET, serverOutboxes, sqliteOutboxes, type OpenedOutbox } from "./webhook-support.js";
import { noServer, serverPool } from "./postgres-support.js";
import { startChild, temporaryFiles } from "./support.js";

const KILLS = 12;
const SEED = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000_007);

interface Told {
  readonly client: string;
  /** Which event of its process it is: `name/number`. */
  readonly at: string;
}

/** A receiver that fails for one request in ten, and never answers one in a hundred. */
const taken: Told[] = [];
const random = seededRandom(SEED);
async function answer(request: IncomingMessage): Promise<number | undefined> {
  const verified = verifyWebhook(
    { headers: request.headers, body: await text(request) },
    { secrets: [SECRET] },
  );
  if (!verified.ok) throw new Error(verified.error);
  const fate = random();
  if (fate < 0.01) return undefined;
  if (fate < 0.1) return 503;
  const { data, timestamp } = verified.value.payload;
  taken.push({ client: data.client_id ?? "", at: timestamp });
  return 200;
}

const receiver = createServer((request, response) => {
  answer(request).then(
    (status) => status !== undefined && response.writeHead(status).end(),
    // Such as a process that was killed in the middle of its request.
    () => response.destroy(),
  );
});
let url = "";
beforeAll(async () => {
  await once(receiver.listen(0, "127.0.0.1"), "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
});
beforeEach(() => {
  taken.length = 0;
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
});

/** Kills a process that records and delivers, again and again, and delivers what is left. */
async function killAgainAndAgain({ outbox, run }: OpenedOutbox, place: string): Promise<void> {
  console.log(`kill test: KILL_SEED=${SEED}`);
  const opened = await outbox();
  const queue = await opened.openQueue("test");
  const recorded: Told[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = startChild("deliver-webhooks.mjs", place, url, SECRET, `p${kill}`);
    expect(await child.nextLine()).toBe("ready");
    const tell = (line: string | undefined): void => {
      if (!line?.endsWith(";")) return; // Killed in the middle of telling.
      const { clientId, at } = JSON.parse(line.slice(0, -1)) as { clientId: string; at: string };
      recorded.push({ client: clientId, at });
    };
    const enough = 20 + Math.floor(random() * 60);
    for (let line = 0; line < enough; line += 1) tell(await child.nextLine());
    child.process.kill("SIGKILL");
    for (let line = await child.nextLine(); line !== undefined; line = await child.nextLine()) tell(line);
    expect(await child.ended).toBe("SIGKILL");
    // As if its lease had ended.
    await run("UPDATE webhook_endpoint SET lease_expires_at = 0 RETURNING endpoint");
  }

  const early = taken.length;
  const rest = delivererOf(
    queue,
    ({ data, timestamp }) => {
      taken.push({ client: data.client_id ?? "", at: timestamp });
      return 200;
    },
    { now: Date.now() + 86_400_000 },
  );
  await rest.deliverAll();
  console.log(
    `kill test: ${KILLS} kills, ${recorded.length} events recorded, ${early} deliveries before the last kill, ${taken.length} in all`,
  );
  expect(early).toBeGreaterThan(KILLS);
  expect((await opened.listDead()).messages).toEqual([]);
  const clients = new Set(recorded.map(({ client }) => client));
  for (const name of clients) {
    const of = (list: readonly Told[]) => list.flatMap(({ client, at }) => (client === name ? [at] : []));
    // A message may come more than once, and never behind a later one of its client that came first.
    const first = [...new Set(of(taken))];
    const acknowledged = of(recorded);
    // One more may have been committed, and its process killed before it told.
    expect(first.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(first.length).toBeLessThanOrEqual(acknowledged.length + 1);
  }
}

const newFile = temporaryFiles();
it("loses nothing on SQLite, and keeps each client's order, when processes are killed while they deliver", async () => {
  let file = "";
  const opened = await sqliteOutboxes(() => (file = newFile())).open();
  await killAgainAndAgain(opened, file);
});

const pool = await serverPool();
describeUnless(noServer, "on PostgreSQL", () => {
  const outboxes = pool && serverOutboxes(pool);
  it("loses nothing, and keeps each client's order, when processes are killed while they deliver", async () => {
    const opened = await outboxes!.open();
    const [row] = await opened.run("SELECT 'audit_event'::regclass::text AS name");
    const schema = (row as { name: string }).name.split(".")[0]!.replaceAll('"', "");
    await killAgainAndAgain(opened, `postgres:${schema}`);
  });
});
