export { memoryReplayStore, type MemoryReplayStoreOptions } from "./json-web-token/memory-replay-store.js";
export { memoryRateLimiter, type MemoryRateLimiterOptions } from "./rate-limit/memory-rate-limiter.js";
export { memoryStore } from "./store/memory-store.js";
