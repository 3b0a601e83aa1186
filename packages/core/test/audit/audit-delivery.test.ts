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
  const sink = { isAway: false, tries: 0 };
  const recorder = auditRecorder(
    (given) => {
      sink.tries += 1;
      if (sink.isAway || idOf(given) === poison) return Promise.reject(new Error("away"));
      taken.push(idOf(given));
      return Promise.resolve();
    },
    (_, given) => void reported.push(idOf(given)),
  );
  const record = async (...ids: string[]) => {
    const kept: Promise<unknown>[] = [];
    for (const id of ids) recorder.record(event(id), { waitUntil: (work) => kept.push(work) });
    await Promise.all(kept);
  };
  return { ...recorder, record, taken, reported, sink };
}

describe("events that a sink could not take", () => {
  test("are told to onError once each, counted, and delivered once the sink takes one again", async () => {
    const { record, delivery, taken, reported, sink } = recorded();
    sink.isAway = true;
    await record("a", "b");
    await record("c");
    expect([taken, reported, delivery.waiting]).toEqual([[], ["a", "b", "c"], 3]);
    sink.isAway = false;
    await record("d");
    expect(taken).toEqual(["d", "a", "b", "c"]);
    expect([reported, delivery.waiting, delivery.lost]).toEqual([["a", "b", "c"], 0, 0]);
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

  test("are kept up to a thousand; of those beyond, onError was told and the loss is counted", async () => {
    const { record, delivery, taken, reported, sink } = recorded();
    sink.isAway = true;
    for (let index = 0; index < 1003; index += 1) await record(`event ${index}`);
    expect([delivery.waiting, delivery.lost, reported.length]).toEqual([1000, 3, 1003]);
    sink.isAway = false;
    await delivery.flush();
    expect([taken.length, taken[999], delivery.waiting]).toEqual([1000, "event 999", 0]);
    await record("next");
    expect([taken.at(-1), delivery.lost]).toEqual(["next", 3]);
  });
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
    expect(reported.map(String)).toEqual(Array(2).fill("Error: the audit sink is slower than events come"));
    const flushed = delivery.flush();
    for (const settle of open.splice(0)) settle();
    while (delivery.waiting > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      for (const settle of open.splice(0)) settle();
    }
    await flushed;
    expect([delivery.waiting, delivery.lost]).toEqual([0, 0]);
  });

  test("that never answers costs no more than two thousand events of memory", () => {
    const { record, delivery } = auditRecorder(
      () => new Promise(() => undefined),
      () => undefined,
    );
    for (let index = 0; index < 5000; index += 1) record(event(`event ${index}`));
    expect([delivery.waiting, delivery.lost]).toEqual([2000, 3000]);
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
