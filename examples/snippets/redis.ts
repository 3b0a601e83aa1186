import { rateLimiterFlexible } from "@oauth-dcr/rate-limit";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";

// Without the first two, a request waits for Redis for as long as it is away; without the third, a connection to a
// machine that vanished is kept for as long as the system takes to notice.
const options = { enableOfflineQueue: false, commandTimeout: 1000, socketTimeout: 1000 };
const storeClient = new Redis(process.env.REDIS_URL ?? "redis://127.0.0.1", options);
storeClient.on("error", console.error);

export const rateLimiter = rateLimiterFlexible(
  new RateLimiterRedis({ storeClient, keyPrefix: "oauth-dcr:https://as.example", points: 20, duration: 60 }),
);
