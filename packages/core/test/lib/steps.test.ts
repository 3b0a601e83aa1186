import { expect, test } from "vitest";
import { runSteps, wait, type Steps } from "../../src/lib/steps.js";
import type { Awaitable } from "../../src/lib/result.js";

function* sum(...values: readonly Awaitable<number>[]): Steps<number> {
  let total = 0;
  for (const value of values) total += yield* wait(value);
  return total;
}

test("steps without a promise run at once", () => {
  expect(runSteps(sum(1, 2))).toBe(3);
});

test("steps wait for each promise, and go on at once between them", async () => {
  const answer = runSteps(sum(1, Promise.resolve(2), 3, Promise.resolve(4)));
  expect(answer).toBeInstanceOf(Promise);
  expect(await answer).toBe(10);
});

test("a rejection is thrown where the step waits, and can be caught there", async () => {
  function* careful(): Steps<string> {
    try {
      yield* wait(Promise.reject(new Error("away")));
      return "there";
    } catch (error) {
      return (error as Error).message + String(yield* wait(Promise.resolve(1)));
    }
  }
  expect(await runSteps(careful())).toBe("away1");
});

test("what a step throws reaches the caller: at once before the first promise, as a rejection behind it", async () => {
  function* failing(value: Awaitable<number>): Steps<number> {
    yield* wait(value);
    throw new Error("broken");
  }
  expect(() => runSteps(failing(1))).toThrow("broken");
  await expect(runSteps(failing(Promise.resolve(1)))).rejects.toThrow("broken");
});
