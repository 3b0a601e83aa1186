import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { BASE, tenants } from "./tenants.js";

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

const ISSUERS = 10_000;

test("10,000 issuers take no timer, no connection and a bounded memory", { timeout: 60_000 }, async () => {
  const { register, issuers, built } = tenants({ maxRegistrations: 100 });
  const before = process.getActiveResourcesInfo().sort();
  collect();
  const heapBefore = process.memoryUsage().heapUsed;
  for (let i = 0; i < ISSUERS; i++) {
    const { status } = await register(`${BASE}/tenant-${i}`);
    if (status !== 201) throw new Error(`${i}: ${status}`);
  }
  expect(built.length).toBe(ISSUERS);
  expect(process.getActiveResourcesInfo().sort()).toEqual(before);
  // Each of them keeps one client, one count and its store in memory, and the test its events.
  collect();
  const perIssuer = (process.memoryUsage().heapUsed - heapBefore) / ISSUERS;
  expect(perIssuer).toBeLessThan(30_000);
  // The first was let go of long ago, and has its client still.
  const first = await issuers.registrationOf(`${BASE}/tenant-0`);
  expect((await first?.countClients())?.pending).toBe(1);
  expect(issuers.auditDelivery).toMatchObject({ waiting: 0, lost: 0 });
});
