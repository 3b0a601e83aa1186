export { memoryRateLimiter, type MemoryRateLimiterOptions } from "./rate-limit/memory-rate-limiter.js";
export { memoryStore } from "./store/memory-store.js";
