import { expect, test } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import type { AuditEvent } from "../../src/audit/audit-event.js";
import { createClientRegistration } from "../../src/client-registration.js";
import { mcpPreset } from "../../src/configuration/presets.js";
import { memoryRateLimiter } from "../../src/rate-limit/memory-rate-limiter.js";
import { memoryStore } from "../../src/store/memory-store.js";

const URL = "https://as.example/register";

function limitedTo(limit: number) {
  const time = { now: Date.UTC(2026, 0, 1) };
  const clock = () => time.now;
  const events: AuditEvent[] = [];
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    access: openRegistration({ rateLimiter: memoryRateLimiter({ limit, windowSeconds: 3600, clock }) }),
    store: memoryStore(),
    audit: (event) => void events.push(event),
    clock,
  });
  const send = async (method: string, clientAddress = "203.0.113.1") =>
    (await registration.fetch(new Request(URL, { method }), { clientAddress })).status;
  const types = () => events.map((event) => ("reason" in event ? event.reason : event.type));
  return { registration, send, events, types, time };
}

test("a method that an endpoint does not have counts against the rate limit", async () => {
  const { send, types } = limitedTo(2);
  expect([await send("PUT"), await send("PATCH"), await send("PUT")]).toEqual([405, 405, 429]);
  expect(types()).toEqual(["method_not_allowed", "method_not_allowed", "rate_limited"]);
});

test("the audit log does not grow with the requests of a caller who is over a limit", async () => {
  const { registration, send, events, types, time } = limitedTo(1);
  for (let requests = 0; requests < 1000; requests += 1) await send(requests % 2 === 0 ? "POST" : "PUT");
  expect(types()).toEqual(["unsupported_media_type", "rate_limited"]);
  expect(events[1]).not.toHaveProperty("occurrences");

  // Another address has events of its own.
  await send("POST", "203.0.113.2");
  await send("POST", "203.0.113.2");
  expect(types()).toEqual([
    "unsupported_media_type",
    "rate_limited",
    "unsupported_media_type",
    "rate_limited",
  ]);

  // A minute later the next one tells how many there were, and is told itself.
  time.now += 60_000;
  await send("POST");
  expect(events.slice(4)).toEqual([
    expect.objectContaining({ reason: "rate_limited", clientAddress: "203.0.113.1", occurrences: 998 }),
    expect.objectContaining({ reason: "rate_limited", clientAddress: "203.0.113.1" }),
  ]);
  await send("POST");
  await send("POST");
  await registration.auditDelivery.flush();
  expect(events.at(-1)).toMatchObject({ reason: "rate_limited", occurrences: 2 });
  await registration.auditDelivery.flush();
  expect(events).toHaveLength(7);
});

test("the addresses of one network have one event together, as the limit counts them", async () => {
  const { registration, send, events } = limitedTo(1);
  for (let host = 1; host <= 100; host += 1) await send("POST", `2001:db8::${host.toString(16)}`);
  await registration.auditDelivery.flush();
  const limited = events.filter(({ type }) => type === "registration_limited");
  expect(limited).toEqual([
    expect.not.objectContaining({ occurrences: expect.anything() as number }),
    expect.objectContaining({ occurrences: 98 }),
  ]);
});

test("all callers that a limit of all together turns away have one event together", async () => {
  const events: AuditEvent[] = [];
  const registration = createClientRegistration({
    ...mcpPreset({ issuer: "https://as.example" }),
    access: openRegistration({
      rateLimiter: memoryRateLimiter({ limit: 100, windowSeconds: 3600 }),
      rateLimiters: { global: memoryRateLimiter({ limit: 1, windowSeconds: 3600 }) },
    }),
    store: memoryStore(),
    audit: (event) => void events.push(event),
  });
  for (let network = 1; network <= 50; network += 1) {
    const clientAddress = `2001:db8:0:${network.toString(16)}::1`;
    await registration.fetch(new Request(URL, { method: "POST" }), { clientAddress });
  }
  await registration.auditDelivery.flush();
  expect(events.filter(({ type }) => type === "registration_limited")).toHaveLength(2);
});

test("callers of many addresses push out none of the counts unrecorded", async () => {
  const { registration, send, events } = limitedTo(1);
  const addresses = Array.from({ length: 1100 }, (_, index) => `2001:db8:0:${index.toString(16)}::1`);
  for (const address of addresses) for (let n = 0; n < 4; n += 1) await send("POST", address);
  await registration.auditDelivery.flush();
  const limited = events.filter(({ type }) => type === "registration_limited");
  const told = limited.reduce(
    (sum, event) => sum + ((event as { occurrences?: number }).occurrences ?? 1),
    0,
  );
  expect(told).toBe(3 * 1100);
});
