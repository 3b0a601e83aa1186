import type { BatchObservableCallback, Meter, Observable } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { openTelemetryGauges } from "../../src/opentelemetry/index.js";
import { memoryStore } from "../../src/store/memory-store.js";
import type { ClientCount } from "../../src/store/registration-store.js";
import { misuseOf, managedRegistration, PUBLIC, START } from "../support/managed-registration.js";
import { documentRegistration } from "../support/document-registration.js";
import { watched } from "./watched.js";

const { telemetry, gauges } = watched();
const { meter } = telemetry;

/** The values of a metric that are not 0, by their attributes. */
async function valuesOf(name: string): Promise<Record<string, number>> {
  const points = await gauges(name);
  const shown = points.filter(({ value }) => value !== 0);
  return Object.fromEntries(
    shown.map(({ attributes, value }) => [Object.values(attributes).join(" "), value]),
  );
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Collects as an SDK does that forgets what is not observed any more. */
function collector() {
  let callback: BatchObservableCallback = () => undefined;
  const names = new Map<Observable, string>();
  const named = (name: string): Observable => {
    const observable = { addCallback: () => undefined, removeCallback: () => undefined };
    names.set(observable, name);
    return observable;
  };
  const own: Meter = Object.assign(Object.create(meter) as Meter, {
    addBatchObservableCallback: (added: BatchObservableCallback) => (callback = added),
    removeBatchObservableCallback: () => undefined,
    createObservableGauge: named,
    createObservableCounter: named,
  });
  return {
    meter: own,
    collect: (name: string) => {
      const values: number[] = [];
      void callback({
        observe(metric, value) {
          if (names.get(metric) === name) values.push(value);
        },
      });
      return values;
    },
  };
}

/** A store whose counts are said by hand, and how often it was asked for them. */
function countedStore(observedBy = meter) {
  const asked = { times: 0, now: START };
  let answer: () => Promise<readonly ClientCount[]> = () => Promise.resolve([]);
  const { registration } = managedRegistration();
  const stop = openTelemetryGauges(observedBy, {
    registration,
    store: {
      countClients: () => {
        asked.times += 1;
        return answer();
      },
    },
    clock: () => asked.now,
    totalQuota: 10,
  });
  return {
    asked,
    stop,
    answers: (pending: number) => {
      answer = () =>
        Promise.resolve([{ source: "open", tier: "unknown", status: "pending", clients: pending }]);
    },
    fails: () => {
      answer = () => Promise.reject(new Error("away"));
    },
    hangs: () => {
      answer = () => new Promise(() => undefined);
    },
  };
}

test("clients are observed by status and source, and a status that no client has any more goes to 0", async () => {
  const { registration, store, register, time } = managedRegistration({
    lifecycle: { unusedTtlSeconds: 7200 },
  });
  const stop = openTelemetryGauges(meter, {
    registration,
    store,
    clock: () => time.now,
    countEverySeconds: 1,
  });
  const latest = async () => {
    time.now += 1000;
    await valuesOf("oauth_dcr.client.count");
    await turn();
    return valuesOf("oauth_dcr.client.count");
  };
  expect(await gauges("oauth_dcr.client.count")).toHaveLength(30);
  const { client_id } = await register();
  const { token } = await registration.initialAccessTokens.issue();
  await register({ ...PUBLIC, client_name: "Two" }, { authorization: `Bearer ${token}` });
  expect(await latest()).toEqual({ "pending open": 1, "pending initial_access_token": 1 });
  await registration.disableClient(client_id);
  expect(await latest()).toEqual({ "disabled open": 1, "pending initial_access_token": 1 });
  time.now += 7_200_000;
  expect(await latest()).toEqual({ "disabled open": 1, "expired initial_access_token": 1 });
  expect(await gauges("oauth_dcr.quota.limit")).toEqual([]);
  stop();
});

test("the use of the total quota is what its pool counts: not used yet, and registered", async () => {
  const { registration } = managedRegistration();
  const counts: ClientCount[] = [
    { source: "open", tier: "unknown", status: "pending", clients: 1 },
    { source: "open", tier: "approved", status: "awaiting_approval", clients: 2 },
    { source: "software_statement", tier: "unknown", status: "pending", clients: 4 },
    { source: "federation", tier: "unknown", status: "pending", clients: 8 },
    { source: "open", tier: "unknown", status: "active", clients: 16 },
    { source: "open", tier: "unknown", status: "disabled", clients: 32 },
    { source: "open", tier: "unknown", status: "expired", clients: 64 },
    { source: "operator", tier: "first_party", status: "pending", clients: 128 },
    { source: "metadata_document", tier: "unknown", status: "awaiting_approval", clients: 256 },
  ];
  const store = { countClients: () => counts };
  const stop = openTelemetryGauges(meter, { registration, store, totalQuota: 20 });
  await turn();
  expect(await valuesOf("oauth_dcr.quota.usage")).toEqual({ "": 15 });
  expect(await valuesOf("oauth_dcr.quota.limit")).toEqual({ "": 20 });
  stop();
});

test("a store is asked once in its time, however often somebody collects, and nobody waits for it", async () => {
  const { asked, answers, hangs, stop } = countedStore();
  expect(asked.times).toBe(1);
  answers(3);
  await turn();
  for (let i = 0; i < 20; i += 1) await valuesOf("oauth_dcr.client.count");
  expect(asked.times).toBe(1);
  asked.now += 15_000;
  // The collection itself has the counts of before.
  expect(await valuesOf("oauth_dcr.client.count")).toEqual({});
  expect(await valuesOf("oauth_dcr.client.count")).toEqual({ "pending open": 3 });
  expect(asked.times).toBe(2);
  hangs();
  asked.now += 15_000;
  await valuesOf("oauth_dcr.client.count");
  asked.now += 45_000;
  expect(await valuesOf("oauth_dcr.quota.usage")).toEqual({ "": 3 });
  expect(asked.times).toBe(3);
  stop();
});

test("counts of a store that fails or is silent are not reported as those of now", async () => {
  const { meter: own, collect } = collector();
  const { asked, answers, fails, hangs } = countedStore(own);
  const usage = async () => {
    asked.now += 15_000;
    collect("oauth_dcr.quota.usage");
    await turn();
    return collect("oauth_dcr.quota.usage");
  };
  await turn();
  answers(4);
  expect(await usage()).toEqual([4]);
  fails();
  expect(await usage()).toEqual([]);
  expect(collect("oauth_dcr.quota.limit")).toEqual([10]);
  answers(5);
  expect(await usage()).toEqual([5]);
  hangs();
  expect(await usage()).toEqual([5]);
  asked.now += 59_999;
  expect(collect("oauth_dcr.quota.usage")).toEqual([5]);
  asked.now += 1;
  expect(collect("oauth_dcr.quota.usage")).toEqual([]);
});

test("what stops is observed no more, and does not ask the store", async () => {
  const { asked, stop } = countedStore();
  stop();
  asked.now += 60_000;
  await valuesOf("oauth_dcr.client.count");
  expect(asked.times).toBe(1);
});

test("audit events that wait are counted, with the age of the oldest, and those that are lost", async () => {
  let isAway = true;
  const { registration, store, post, time } = managedRegistration({
    access: openRegistration({ dangerouslyUnlimited: true }),
    audit: () => (isAway ? Promise.reject(new Error("away")) : Promise.resolve()),
  });
  const stop = openTelemetryGauges(meter, { registration, store, clock: () => time.now });
  const state = async () => ({
    ...(await valuesOf("oauth_dcr.audit.queue.size")),
    delay: (await valuesOf("oauth_dcr.audit.delay"))[""],
    lost: (await valuesOf("oauth_dcr.audit.lost_events"))[""],
  });
  expect(await state()).toEqual({});
  await post(PUBLIC);
  time.now += 7000;
  await post({ ...PUBLIC, client_name: "Two" });
  await turn();
  time.now += 3000;
  expect(await state()).toEqual({ "": 2, delay: 10 });
  isAway = false;
  await registration.auditDelivery.flush();
  expect(await state()).toEqual({});
  stop();
  const lost = 5;
  const auditDelivery = { waiting: 0, lost, flush: () => Promise.resolve() };
  const end = openTelemetryGauges(meter, { registration: { auditDelivery, caches: [] }, store });
  expect(await state()).toEqual({ lost });
  end();
});

test("the cache of documents is observed in bytes, with its limit", async () => {
  const { registration, store, find } = documentRegistration(undefined, { maxDocuments: 20 });
  const stop = openTelemetryGauges(meter, { registration, store });
  expect(await valuesOf("oauth_dcr.cache.usage")).toEqual({});
  expect(await valuesOf("oauth_dcr.cache.limit")).toEqual({ client_metadata_documents: 20 * 8192 });
  expect((await find()).ok).toBe(true);
  const { client_metadata_documents: bytes } = await valuesOf("oauth_dcr.cache.usage");
  expect(bytes).toBe(registration.caches[0]?.bytes);
  expect(bytes).toBeGreaterThan(100);
  stop();
});

test("the caches of a registration cannot be changed", () => {
  const { registration } = documentRegistration();
  expect([registration.caches, ...registration.caches].every(Object.isFrozen)).toBe(true);
  expect(managedRegistration().registration.caches).toEqual([]);
});

test("a store that cannot count has no values of clients, and all others", async () => {
  const { meter: own, collect } = collector();
  const { registration } = managedRegistration();
  const store = {
    countClients: () => {
      throw new Error("cannot count");
    },
  };
  openTelemetryGauges(own, { registration, store, totalQuota: 7 });
  await turn();
  expect(collect("oauth_dcr.client.count")).toEqual([]);
  expect(collect("oauth_dcr.quota.usage")).toEqual([]);
  expect(collect("oauth_dcr.quota.limit")).toEqual([7]);
  expect(collect("oauth_dcr.audit.queue.size")).toEqual([0]);
});

test.each([{ totalQuota: 0 }, { totalQuota: 1.5 }, { countEverySeconds: 0 }, { totalquota: 7 }])(
  "an option that makes no sense is found at construction: %o",
  (wrong) => {
    const { registration } = managedRegistration();
    const build = () => openTelemetryGauges(meter, { registration, store: memoryStore(), ...wrong });
    expect(misuseOf(build)).toMatch(/^ERR_/);
  },
);
