import { expect, test } from "vitest";
import { cloudflareRateLimiter } from "../src/cloudflare.js";

test("answers what the binding answers, by the key that it was given", async () => {
  const keys: string[] = [];
  const binding = {
    limit: async ({ key }: { key: string }) => Promise.resolve({ success: keys.push(key) < 2 }),
  };
  const limiter = cloudflareRateLimiter(binding, { limit: 1, windowSeconds: 10 });
  expect(await limiter.consume("address:a")).toEqual({ allowed: true });
  const refused = { allowed: false, retryAfterSeconds: 10, limit: 1, windowSeconds: 10 };
  expect(await limiter.consume("address:b")).toEqual(refused);
  expect(keys).toEqual(["address:a", "address:b"]);
});

test("throws what the binding throws", async () => {
  const binding = { limit: async () => Promise.reject(new Error("away")) };
  const limiter = cloudflareRateLimiter(binding, { limit: 1, windowSeconds: 10 });
  await expect(limiter.consume("key")).rejects.toThrow("away");
});
