export { rateLimiterFlexible, type FlexibleLimiter } from "./rate-limiter-flexible.js";
