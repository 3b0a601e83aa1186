import { countOrOff, duration, rate, wholeNumber } from "../setting-types.js";
import type { Setting } from "./setting.js";

/** What bounds callers and clients. A quota counts clients that were not used, and without a time to live it would fill for good. */
export const LIMITS_SETTINGS = {
  "rate-limit": {
    env: "OAUTH_DCR_RATE_LIMIT",
    value: "N/SECONDS",
    default: "100/60",
    says: "registration requests that an address may send, or off",
    type: rate,
  },
  "global-rate-limit": {
    env: "OAUTH_DCR_GLOBAL_RATE_LIMIT",
    value: "N/SECONDS",
    default: "off",
    says: "registrations of all addresses together, in addition to --rate-limit, or off",
    type: rate,
  },
  "ipv6-prefix": {
    env: "OAUTH_DCR_IPV6_PREFIX",
    value: "BITS",
    default: "64",
    says: "bits of an IPv6 address that identify a caller, 16 to 128: for the rate limit, the quota and connections",
    type: wholeNumber(16, 128),
  },
  "max-connections": {
    env: "OAUTH_DCR_MAX_CONNECTIONS",
    value: "N",
    default: "1000",
    says: "simultaneous connections, at least 1; never more than half of the process's file descriptors",
    type: wholeNumber(1, 999_999_999),
  },
  "max-connections-per-address": {
    env: "OAUTH_DCR_MAX_CONNECTIONS_PER_ADDRESS",
    value: "N",
    default: "256, at most half of all; off with --trusted-proxies",
    says: "simultaneous connections of an address, at most --max-connections; or off",
    type: countOrOff,
  },
  quota: {
    env: "OAUTH_DCR_QUOTA",
    value: "N",
    default: "100",
    says: "unused clients that an address, or an initial access token, may have, or off",
    type: countOrOff,
  },
  "total-quota": {
    env: "OAUTH_DCR_TOTAL_QUOTA",
    value: "N",
    default: "off",
    says: "unused clients of all callers together, or off; a caller who fills it blocks all others",
    type: countOrOff,
  },
  "max-body": {
    env: "OAUTH_DCR_MAX_BODY",
    value: "BYTES",
    default: "16384",
    says: "the largest request body, up to 1048576; a record is about as large as its body",
    type: wholeNumber(1, 1_048_576),
  },
  "unused-ttl": {
    env: "OAUTH_DCR_UNUSED_TTL",
    value: "TIME",
    default: "24h",
    says: "time to live of an unused client, or off; set off if your token endpoint records no uses",
    type: duration,
  },
  "idle-ttl": {
    env: "OAUTH_DCR_IDLE_TTL",
    value: "TIME",
    default: "off",
    says: "time to live of a client after its last recorded use, such as 90d, or off",
    type: duration,
  },
  "secret-ttl": {
    env: "OAUTH_DCR_SECRET_TTL",
    value: "TIME",
    default: "off",
    says: "time to live of a client secret, such as 90d, or off",
    type: duration,
  },
} as const satisfies Record<string, Setting>;
