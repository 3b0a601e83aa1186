import { expect, test } from "vitest";
import { managedRegistration, START } from "../support/managed-registration.js";

async function setUp(options: Parameters<typeof managedRegistration>[0]) {
  const made = managedRegistration(options);
  const { client_id: id } = await made.register();
  const find = async () => {
    const client = await made.store.findClient(id);
    if (!client) throw new Error("there is no such client");
    return client;
  };
  return { ...made, find };
}

test("a use is written again after a tenth of a short time to be idle", async () => {
  const { registration, time, find } = await setUp({
    lifecycle: { idleTtlSeconds: 60, minimumAgeSeconds: 0 },
  });
  await registration.recordClientUse(await find());
  time.now = START + 5000;
  await registration.recordClientUse(await find());
  expect(await find()).toMatchObject({ lastUsedAt: START / 1000 });
  time.now = START + 6000;
  await registration.recordClientUse(await find());
  expect(await find()).toMatchObject({ lastUsedAt: START / 1000 + 6, expiresAt: START / 1000 + 66 });
});

test("a pending client becomes active, however recent its last use is", async () => {
  const { registration, find } = await setUp({});
  await registration.recordClientUse({ ...(await find()), lastUsedAt: START / 1000 });
  expect(await find()).toMatchObject({ status: "active" });
});

test("clients that are kept count towards the limit of a sweep", async () => {
  const { registration, register, time } = await setUp({
    lifecycle: { unusedTtlSeconds: 3600, isClientInUse: () => true },
  });
  for (let count = 1; count < 5; count += 1) await register();
  time.now = START + 3_600_000;
  expect(await registration.sweepClients({ limit: 3 })).toEqual({ deleted: 0, kept: 3, more: true });
});
