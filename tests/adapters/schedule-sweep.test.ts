import type { Sweep } from "@oauth-dcr/core";
import { scheduleSweep } from "@oauth-dcr/node";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const DONE: Sweep = { deleted: 0, kept: 0, more: false };

/** A server whose sweeps end when the test says so. */
function heldRegistration() {
  const held: { resolve(sweep: Sweep): void; reject(error: Error): void }[] = [];
  const limits: (number | undefined)[] = [];
  const sweepClients = async (options?: { limit?: number }) => {
    limits.push(options?.limit);
    return new Promise<Sweep>((resolve, reject) => held.push({ resolve, reject }));
  };
  return { held, limits, sweepClients };
}

it("sweeps at once, and again after each rest", async () => {
  const sweepClients = vi.fn(async () => Promise.resolve(DONE));
  const { stop } = scheduleSweep({ sweepClients }, { everySeconds: 60, limit: 7 });
  await vi.advanceTimersByTimeAsync(0);
  expect(sweepClients.mock.calls).toEqual([[{ limit: 7 }]]);
  await vi.advanceTimersByTimeAsync(59_999);
  expect(sweepClients).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sweepClients).toHaveBeenCalledTimes(2);
  await stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(sweepClients).toHaveBeenCalledTimes(2);
});

it("never overlaps itself, and rests only when there is no more", async () => {
  const { held, limits, sweepClients } = heldRegistration();
  const { stop } = scheduleSweep({ sweepClients }, { everySeconds: 1 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(limits).toEqual([100]);
  held[0]?.resolve({ deleted: 100, kept: 0, more: true });
  await vi.advanceTimersByTimeAsync(1);
  expect(limits).toHaveLength(2);
  held[1]?.resolve(DONE);
  await vi.advanceTimersByTimeAsync(999);
  expect(limits).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(limits).toHaveLength(3);
  held[2]?.resolve(DONE);
  await stop();
});

it("stops when the sweep under way has ended, and begins no other, though there is more", async () => {
  const { held, limits, sweepClients } = heldRegistration();
  const { stop } = scheduleSweep({ sweepClients }, { everySeconds: 1 });
  await vi.advanceTimersByTimeAsync(0);
  let isStopped = false;
  const stopping = stop().then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(5000);
  expect(isStopped).toBe(false);
  held[0]?.resolve({ deleted: 100, kept: 0, more: true });
  await stopping;
  await vi.advanceTimersByTimeAsync(5000);
  expect(limits).toHaveLength(1);
});

it("tells of a sweep that failed and goes on, whatever the handler does", async () => {
  const errors: unknown[] = [];
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { held, limits, sweepClients } = heldRegistration();
  const onError = (error: unknown) => {
    errors.push(error);
    throw new Error("the handler failed too");
  };
  const { stop } = scheduleSweep({ sweepClients }, { everySeconds: 1, onError });
  await vi.advanceTimersByTimeAsync(0);
  const failure = new Error("no store");
  held[0]?.reject(failure);
  await vi.advanceTimersByTimeAsync(1000);
  expect(errors).toEqual([failure]);
  expect(logged).toHaveBeenCalledTimes(1);
  expect(limits).toHaveLength(2);
  held[1]?.resolve(DONE);
  await stop();
  logged.mockRestore();
});

it("keeps no process alive", async () => {
  vi.useRealTimers();
  const setTimeoutSpy = vi.spyOn(globalThis, "setTimeout");
  const { stop } = scheduleSweep({ sweepClients: async () => Promise.resolve(DONE) }, { everySeconds: 1 });
  const timer = setTimeoutSpy.mock.results[0]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(false);
  setTimeoutSpy.mockRestore();
  await stop();
});

it.each([
  { everySeconds: 0 },
  { everySeconds: 0.5 },
  { everySeconds: 86_401 },
  { everySeconds: 60, limit: 0 },
  { everySeconds: 60, limit: Number.NaN },
])("refuses %j", (options) => {
  const sweepClients = async () => Promise.resolve(DONE);
  expect(() => scheduleSweep({ sweepClients }, options)).toThrow(
    expect.objectContaining({ code: "ERR_OPTION" }) as Error,
  );
});
