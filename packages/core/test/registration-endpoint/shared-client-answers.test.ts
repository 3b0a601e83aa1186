import { expect, test } from "vitest";
import { holdForApproval } from "../../src/policy/hold-for-approval.js";
import { requireConsent } from "../../src/policy/require-consent.js";
import { memoryStore } from "../../src/store/memory-store.js";
import { managedRegistration, PUBLIC, START } from "../support/managed-registration.js";

test("the answer says when the shared client was registered, and not when somebody came to it", async () => {
  const { register, time } = managedRegistration({ idempotentRegistration: true });
  await register();
  time.now = START + 7000;
  expect(await register()).toMatchObject({ client_id_issued_at: START / 1000 });
});

test("a client that other policies admitted is another", async () => {
  const store = memoryStore();
  const before = managedRegistration({ store, idempotentRegistration: true });
  const after = managedRegistration({
    store,
    idempotentRegistration: true,
    policies: { every: [requireConsent()] },
  });
  const first = await before.register(PUBLIC);
  const second = await after.register(PUBLIC);
  expect(second.client_id).not.toBe(first.client_id);
  expect(await store.findClient(second.client_id)).toMatchObject({ requirements: { consent: true } });
});

test("an event says why a shared client is held for as long as it is", async () => {
  const { registration, register, events } = managedRegistration({
    idempotentRegistration: true,
    policies: { every: [holdForApproval({ reason: "unknown to us" })] },
  });
  const { client_id: id } = await register(PUBLIC);
  await register(PUBLIC);
  expect(events.at(-1)).toMatchObject({ status: "awaiting_approval", heldBecause: "unknown to us" });
  await registration.approveClient(id);
  await register(PUBLIC);
  expect(events.at(-1)).toMatchObject({ type: "client_reused", status: "pending" });
  expect(events.at(-1)).not.toHaveProperty("heldBecause");
});
