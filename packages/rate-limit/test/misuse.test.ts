import { expect, it } from "vitest";
import { cloudflareRateLimiter } from "../src/cloudflare.js";
import { rateLimiterFlexible } from "../src/index.js";

const binding = { limit: async () => Promise.resolve({ success: true }) };
const simple = { limit: 1, windowSeconds: 10 };
const limiter = { points: 1, duration: 1, consume: async () => Promise.resolve() };

const cloudflare = (options: unknown, given: unknown = binding) =>
  cloudflareRateLimiter(given as never, options as never);
const flexible = (given: unknown) => rateLimiterFlexible(given as never);

it.each([
  [
    "cloudflareRateLimiter: there is no option window; there are limit",
    () => cloudflare({ ...simple, window: 1 }),
  ],
  [
    "cloudflareRateLimiter: there is no option windowSecond; did you mean windowSeconds?",
    () => cloudflare({ limit: 1, windowSecond: 1 }),
  ],
  ["cloudflareRateLimiter: windowSeconds: must be", () => cloudflare({ limit: 1 })],
  ["cloudflareRateLimiter: limit: must be", () => cloudflare({ windowSeconds: 1 })],
  ["cloudflareRateLimiter: limit: must be", () => cloudflare({ ...simple, limit: "20" })],
  ["cloudflareRateLimiter: give it an object of options", () => cloudflare(undefined)],
  ["cloudflareRateLimiter: binding: give", () => cloudflare(simple, null)],
  ["rateLimiterFlexible: give a limiter", () => flexible(undefined)],
  ["rateLimiterFlexible: give a limiter", () => flexible({ ...limiter, consume: undefined })],
  ["rateLimiterFlexible: points: must be", () => flexible({ ...limiter, points: 0 })],
  ["rateLimiterFlexible: duration: must be", () => flexible({ ...limiter, duration: 0 })],
])("%s", (message, call) => {
  expect(call).toThrow(
    expect.objectContaining({
      name: "MisuseError",
      code: "ERR_OPTION",
      message: expect.stringContaining(message) as unknown,
    }),
  );
});
