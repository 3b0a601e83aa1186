import { expect, test } from "vitest";
import type { AuditEvent, AuditSink } from "../../src/audit/audit-event.js";
import { auditSinks } from "../../src/audit/audit-sinks.js";
import { PUBLIC } from "../support/managed-registration.js";
import { managedRegistration } from "../support/managed-registration.js";

/** A sink that fails while it is told to, at once or later. */
function switchedSink(fail: (error: Error) => never | Promise<never>) {
  const state = { isDown: false, took: [] as AuditEvent["type"][], asked: 0 };
  const sink: AuditSink = (event) => {
    state.asked += 1;
    if (state.isDown) return fail(new Error("the sink is down"));
    state.took.push(event.type);
  };
  return { state, sink };
}
const atOnce = (error: Error): never => {
  throw error;
};
const later = (error: Error) => Promise.reject(error);

test.each([
  ["at once", atOnce],
  ["later", later],
])(
  "an event comes again to the sink alone that failed %s, and no sink waits for another",
  async (_, fail) => {
    const [one, other] = [switchedSink(fail), switchedSink(fail)];
    const told: unknown[] = [];
    const { registration, register } = managedRegistration({
      audit: auditSinks(one.sink, other.sink),
      onError: (error) => void told.push(error),
    });
    one.state.isDown = true;
    await register(PUBLIC);
    await registration.auditDelivery.flush();
    await registration.auditDelivery.flush();
    expect([one.state.asked > 2, other.state.took, other.state.asked]).toEqual([
      true,
      ["client_registered"],
      1,
    ]);
    one.state.isDown = false;
    await registration.auditDelivery.flush();
    expect(registration.auditDelivery.waiting).toBe(0);
    expect([one.state.took, other.state.asked]).toEqual([["client_registered"], 1]);
    expect(told).toEqual([new Error("the sink is down")]);
  },
);

test("where several fail, onError gets what each said, and each gets the event until it took it", async () => {
  const [one, other] = [switchedSink(atOnce), switchedSink(later)];
  const told: unknown[] = [];
  const { registration, register } = managedRegistration({
    audit: auditSinks(one.sink, other.sink),
    onError: (error) => void told.push(error),
  });
  one.state.isDown = other.state.isDown = true;
  await register(PUBLIC);
  await registration.auditDelivery.flush();
  expect((told[0] as AggregateError).errors).toEqual([1, 2].map(() => new Error("the sink is down")));
  one.state.isDown = false;
  await registration.auditDelivery.flush();
  other.state.isDown = false;
  await registration.auditDelivery.flush();
  expect([one.state.took, other.state.took]).toEqual([["client_registered"], ["client_registered"]]);
});

test("an event of its own comes to every sink, however like another it is", async () => {
  const { state, sink } = switchedSink(later);
  const both = auditSinks(sink, () => undefined);
  const event: AuditEvent = { type: "client_disabled", at: "", actor: "operator", clientId: "one" };
  await both(event);
  await both({ ...event });
  expect(state.took).toEqual(["client_disabled", "client_disabled"]);
});
