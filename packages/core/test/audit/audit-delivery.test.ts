import { describe, expect, test } from "vitest";
import { auditRecorder } from "../../src/audit/audit-delivery.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { lifecycleEvent } from "../../src/audit/operator-events.js";

const event = (clientId: string): AuditEvent => lifecycleEvent("client_disabled", clientId, 0);
const idOf = (given: AuditEvent): string => (given as { clientId: string }).clientId;

/** A sink that is away while it is told to be, and one event that it never takes. */
function recorded({ poison = "" } = {}) {
  const taken: string[] = [];
  const reported: string[] = [];
  const told: string[] = [];
  const sink = { isAway: false, tries: 0 };
  const recorder = auditRecorder(
    (given) => {
      sink.tries += 1;
      if (sink.isAway || idOf(given) === poison) return Promise.reject(new Error("away"));
      taken.push(idOf(given));
      return Promise.resolve();
    },
    (error, given) => {
      reported.push(idOf(given));
      told.push((error as Error).message);
    },
  );
  const record = async (...ids: string[]) => {
    const kept: Promise<unknown>[] = [];
    for (const id of ids) recorder.record(event(id), { waitUntil: (work) => kept.push(work) });
    await Promise.all(kept);
  };
  return { ...recorder, record, taken, reported, told, sink };
}

describe("events that a sink could not take", () => {
  test("are counted, delivered once the sink takes one again, and told to onError once", async () => {
    const { record, delivery, taken, reported, told, sink } = recorded();
    sink.isAway = true;
    await record("a", "b");
    await record("c");
    expect([taken, reported, delivery.waiting]).toEqual([[], ["a"], 3]);
    sink.isAway = false;
    await record("d");
    expect(taken).toEqual(["d", "a", "b", "c"]);
    expect([reported, delivery.waiting, delivery.lost]).toEqual([["a"], 0, 0]);
    await delivery.flush();
    expect([reported, told]).toEqual([["a"], ["away"]]);
  });

  test("wait since the time of the oldest, whatever was tried again meanwhile", async () => {
    const at = (time: number): AuditEvent => lifecycleEvent("client_disabled", "a", time);
    const open: (() => void)[] = [];
    let isAway = true;
    const { record, delivery } = auditRecorder(
      () => (isAway ? Promise.reject(new Error("away")) : new Promise((resolve) => open.push(resolve))),
      () => undefined,
    );
    expect(delivery.waitingSince).toBeUndefined();
    record(at(2000));
    record(at(1000));
    record(at(3000));
    await delivery.flush();
    expect(delivery.waitingSince).toBe("1970-01-01T00:00:01.000Z");
    isAway = false;
    const flushing = delivery.flush();
    while (delivery.waiting > 0) {
      expect(delivery.waitingSince).toBeDefined();
      open.shift()?.();
      await Promise.resolve();
    }
    await flushing;
    expect(delivery.waitingSince).toBeUndefined();
  });

  test("are delivered by flush, which tries each once", async () => {
    const { record, delivery, taken, sink } = recorded();
    sink.isAway = true;
    await record("a", "b", "c");
    sink.tries = 0;
    await delivery.flush();
    expect([sink.tries, delivery.waiting]).toEqual([3, 3]);
    sink.isAway = false;
    await delivery.flush();
    expect([...taken].sort()).toEqual(["a", "b", "c"]);
    expect(delivery.waiting).toBe(0);
  });

  test("do not hold up the others: what no sink can take goes behind them", async () => {
    const { record, delivery, taken, sink } = recorded({ poison: "poison" });
    sink.isAway = true;
    await record("poison", "a", "b");
    sink.isAway = false;
    await record("c");
    await delivery.flush();
    expect(taken).toEqual(["c", "a", "b"]);
    expect(delivery.waiting).toBe(1);
  });

  test("are all delivered by one flush, however many of those before them no sink can take", async () => {
    const { record, delivery, taken, sink } = recorded({ poison: "poison" });
    sink.isAway = true;
    await record("poison", "poison", "a", "b");
    sink.isAway = false;
    await delivery.flush();
    expect(taken).toEqual(["a", "b"]);
    expect(delivery.waiting).toBe(2);
  });

  test("are tried again one alone after an event that the sink took, until it takes them", async () => {
    const { record, delivery, taken, sink } = recorded({ poison: "poison" });
    sink.isAway = true;
    await record("poison", "a", "b");
    sink.isAway = false;
    sink.tries = 0;
    await record("c");
    expect([sink.tries, taken, delivery.waiting]).toEqual([2, ["c"], 3]);
  });

  test("are kept up to four million characters; onError is told of the first and of how many were lost", async () => {
    const { record, delivery, taken, told, sink } = recorded();
    sink.isAway = true;
    const long = (index: number) => `${index} ${"x".repeat(1_000_000)}`;
    for (let index = 0; index < 6; index += 1) await record(long(index));
    expect([delivery.waiting, delivery.lost, told]).toEqual([3, 3, ["away"]]);
    sink.isAway = false;
    await delivery.flush();
    expect(taken).toEqual([long(0), long(1), long(2)]);
    expect([told.at(-1), delivery.waiting]).toEqual([
      "the audit sink did not take 5 more events; 3 of them are lost",
      0,
    ]);
    await record("next");
    expect([taken.at(-1), delivery.lost, told.length]).toEqual(["next", 3, 2]);
  });

  test("of refusals, reads and documents do not push out those of registrations", async () => {
    const taken: string[] = [];
    let isAway = true;
    const { record, delivery } = auditRecorder(
      (given) => {
        if (isAway) throw new Error("away");
        taken.push(given.type);
      },
      () => undefined,
    );
    const types = ["client_registered", "registration_refused", "client_read", "client_document_refused"];
    for (let round = 0; round < 100; round += 1) {
      for (const type of types) record({ ...event("x".repeat(30_000)), type } as AuditEvent);
    }
    isAway = false;
    await delivery.flush();
    expect(taken.filter((type) => type === "client_registered")).toHaveLength(100);
    expect(taken.length + delivery.lost).toBe(400);
    expect(delivery.lost).toBeGreaterThan(200);
  });
});

test("a sink that fails at every other event is told of once a minute, and no more", async () => {
  const told: string[] = [];
  const seen = new Set<AuditEvent>();
  let number = 0;
  const { record, delivery } = auditRecorder(
    (given) => {
      if (seen.has(given)) return;
      seen.add(given);
      if ((number += 1) % 2 === 0) throw new Error("flaky");
    },
    (error) => void told.push((error as Error).message),
  );
  for (let second = 0; second < 180; second += 1) {
    for (let n = 0; n < 10; n += 1) record(lifecycleEvent("client_disabled", "a", second * 1000));
    // So that it has taken all of them again before the next ones come.
    await delivery.flush().then(() => expect(delivery.waiting).toBe(0));
  }
  // Of 900 failures: the first, and those of each minute with the first of the next.
  const more = "the audit sink did not take 300 more events; 0 of them are lost";
  expect(told).toEqual(["flaky", more, more]);
});

describe("a sink that is slow", () => {
  test("gets a thousand events at a time, and the others when it has taken some", async () => {
    const open: (() => void)[] = [];
    const reported: unknown[] = [];
    const { record, delivery } = auditRecorder(
      () => new Promise((resolve) => open.push(resolve)),
      (error) => void reported.push(error),
    );
    for (let index = 0; index < 1002; index += 1) record(event(`event ${index}`));
    expect([open.length, delivery.waiting, delivery.lost]).toEqual([1000, 1002, 0]);
    expect(reported.map(String)).toEqual(["Error: the audit sink is slower than events come"]);
    const flushed = delivery.flush();
    for (const settle of open.splice(0)) settle();
    while (delivery.waiting > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const settle of open.splice(0)) settle();
    }
    await flushed;
    expect([delivery.waiting, delivery.lost]).toEqual([0, 0]);
  });

  test("that never answers costs a thousand events and four million characters of memory", () => {
    const { record, delivery } = auditRecorder(
      () => new Promise(() => undefined),
      () => undefined,
    );
    for (let index = 0; index < 1000; index += 1) record(event("early"));
    const size = JSON.stringify(event("x".repeat(10_000))).length;
    for (let index = 0; index < 500; index += 1) record(event("x".repeat(10_000)));
    const most = Math.floor(4_000_000 / size);
    expect([delivery.waiting, delivery.lost]).toEqual([1000 + most, 500 - most]);
  });
});

test("flush waits for what the sink is at", async () => {
  let settle = (): void => undefined;
  const { record, delivery } = auditRecorder(
    () => new Promise((resolve) => (settle = resolve)),
    () => undefined,
  );
  record(event("a"));
  let isDone = false;
  const flushed = delivery.flush().then(() => (isDone = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isDone).toBe(false);
  settle();
  await flushed;
  expect(delivery.waiting).toBe(0);
});
