import { describe, expect, test } from "vitest";
import type { ClientLifecycleOptions } from "../../src/lifecycle/client-lifecycle.js";
import { MisuseError } from "../../src/lib/misuse.js";
import { managedRegistration, START } from "../support/managed-registration.js";

const DAY = 86_400;

/** So many clients, each a second younger than the one before; all of them expire after a day without a use. */
async function setUp(count: number, lifecycle: ClientLifecycleOptions = {}) {
  const made = managedRegistration({ lifecycle: { unusedTtlSeconds: DAY, ...lifecycle } });
  const ids: string[] = [];
  for (let age = 0; age < count; age += 1) {
    made.time.now = START + age * 1000;
    ids.push((await made.register()).client_id);
  }
  made.time.now = START + (count + DAY) * 1000;
  const left = async () => {
    const found = await Promise.all(ids.map(async (id) => made.store.findClient(id)));
    return ids.filter((_, index) => found[index] !== undefined);
  };
  const ended = () =>
    made.events.flatMap((event) => (event.type === "client_expired" ? [event.clientId] : []));
  return { ...made, ids, left, ended };
}

describe("a sweep", () => {
  test("deletes the longest expired first, at most so many, and says whether it ended there", async () => {
    const { registration, ids, left } = await setUp(5);
    expect(await registration.sweepClients({ limit: 2 })).toEqual({ deleted: 2, kept: 0, more: true });
    expect(await left()).toEqual(ids.slice(2));
    expect(await registration.sweepClients({ limit: 4 })).toEqual({ deleted: 3, kept: 0, more: false });
    expect(await left()).toEqual([]);
  });

  test("goes over more than one batch, to its limit and no further, with an event for each", async () => {
    const { registration, ids, ended, left } = await setUp(251);
    expect(await registration.sweepClients({ limit: 150 })).toEqual({ deleted: 150, kept: 0, more: true });
    expect(ended()).toEqual(ids.slice(0, 150));
    expect(await left()).toEqual(ids.slice(150));
    expect(await registration.sweepClients()).toEqual({ deleted: 101, kept: 0, more: false });
    expect(ended()).toEqual(ids);
  });

  test("asks the store for a hundred at a time", async () => {
    const { store } = managedRegistration();
    const asked: number[] = [];
    const { registration, register, time } = managedRegistration({
      lifecycle: { unusedTtlSeconds: DAY },
      store: {
        ...store,
        findExpiredClients: (now, limit) => (asked.push(limit), store.findExpiredClients(now, limit)),
      },
    });
    for (let count = 0; count < 120; count += 1) await register();
    time.now += DAY * 1000;
    await registration.sweepClients({ limit: 130 });
    expect(asked).toEqual([100, 30]);
  });

  test("ends although every client is in use and none has a time to live after a use", async () => {
    const { registration, left } = await setUp(120, { isClientInUse: () => true });
    expect(await registration.sweepClients()).toEqual({ deleted: 0, kept: 120, more: false });
    expect((await left()).length).toBe(120);
    expect(await registration.countClients()).toMatchObject({ active: 120, expired: 0 });
  });

  test("tells of no client that was used between the search and the deletion", async () => {
    const { store } = managedRegistration();
    const { registration, register, time, events } = managedRegistration({
      lifecycle: { unusedTtlSeconds: DAY },
      store: { ...store, deleteExpiredClients: () => [] },
    });
    await register();
    time.now += DAY * 1000;
    expect(await registration.sweepClients()).toEqual({ deleted: 0, kept: 0, more: false });
    expect(events.some(({ type }) => type === "client_expired")).toBe(false);
  });

  test.each([0, -1, 1.5, NaN])("takes no limit of %s", async (limit) => {
    const { registration } = managedRegistration();
    await expect(registration.sweepClients({ limit })).rejects.toThrow(MisuseError);
  });
});

describe("a client that was used", () => {
  const used = async (lifecycle: ClientLifecycleOptions) => {
    const made = managedRegistration({ lifecycle });
    const { client_id: id } = await made.register();
    const client = await made.store.findClient(id);
    if (!client) throw new Error("it was just registered");
    expect(await made.registration.recordClientUse(client)).toBe("recorded");
    return { ...made, id };
  };

  test("ends when it was idle for its time, on the second", async () => {
    const { registration, time, id } = await used({ unusedTtlSeconds: DAY, idleTtlSeconds: 2 * DAY });
    time.now = START + (2 * DAY - 1) * 1000;
    expect(await registration.sweepClients()).toMatchObject({ deleted: 0 });
    time.now = START + 2 * DAY * 1000;
    expect(await registration.sweepClients()).toMatchObject({ deleted: 1 });
    expect(await registration.findClient(id)).toEqual({ ok: false, error: { kind: "unknown_client" } });
  });

  test("ends no earlier than at the minimum age", async () => {
    const { registration, time } = await used({ idleTtlSeconds: 60, minimumAgeSeconds: DAY });
    time.now = START + (DAY - 1) * 1000;
    expect(await registration.sweepClients()).toMatchObject({ deleted: 0 });
    time.now = START + DAY * 1000;
    expect(await registration.sweepClients()).toMatchObject({ deleted: 1 });
  });

  test("stays where no time to be idle is given", async () => {
    const { registration, time, id } = await used({ unusedTtlSeconds: DAY });
    time.now = START + 3650 * DAY * 1000;
    expect(await registration.sweepClients()).toMatchObject({ deleted: 0 });
    expect(await registration.findClient(id)).not.toHaveProperty("value.expiresAt");
  });
});
