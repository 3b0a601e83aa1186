/**
 * What an operator can set, each by a flag or by an environment variable; the flag wins. The defaults bound what
 * strangers can store: a quota counts clients that were not used, and without a time to live it would fill for good.
 */
export const SETTINGS = {
  port: { env: "PORT", value: "PORT", default: "8787", says: "port to listen on; 0 for any free one" },
  host: { env: "HOST", value: "ADDRESS", default: "127.0.0.1", says: "address to listen on" },
  issuer: {
    env: "OAUTH_DCR_ISSUER",
    value: "URL",
    default: "http://HOST:PORT",
    says: "issuer of the authorization server; https, or http on a loopback host",
  },
  database: {
    env: "OAUTH_DCR_DATABASE",
    value: "FILE/URL",
    default: "oauth-dcr.sqlite",
    says: "SQLite file for the clients, postgres://… (?schema=NAME, else oauth_dcr), or memory: to forget them at exit",
  },
  redis: {
    env: "OAUTH_DCR_REDIS",
    value: "URL",
    default: "",
    says: "Redis, such as redis://127.0.0.1, that counts the rate limits for all processes of the same issuer",
  },
  preset: {
    env: "OAUTH_DCR_PRESET",
    value: "NAME",
    default: "mcp",
    says: "mcp, web-confidential or token-gated",
  },
  scopes: {
    env: "OAUTH_DCR_SCOPES",
    value: "LIST",
    default: "tools:read tools:execute",
    says: "scopes that clients can have, separated by spaces",
  },
  "rate-limit": {
    env: "OAUTH_DCR_RATE_LIMIT",
    value: "N/SECONDS",
    default: "100/60",
    says: "registrations an address may ask for, or off",
  },
  "global-rate-limit": {
    env: "OAUTH_DCR_GLOBAL_RATE_LIMIT",
    value: "N/SECONDS",
    default: "off",
    says: "registrations that all addresses together may ask for, beside --rate-limit, or off",
  },
  "ipv6-prefix": {
    env: "OAUTH_DCR_IPV6_PREFIX",
    value: "BITS",
    default: "64",
    says: "bits of an IPv6 address that make one caller, 16 to 128: for the rate limit, the quota and connections",
  },
  "max-connections": {
    env: "OAUTH_DCR_MAX_CONNECTIONS",
    value: "N",
    default: "1000",
    says: "connections at once; never more than half of the file descriptors that the process may have",
  },
  "max-connections-per-address": {
    env: "OAUTH_DCR_MAX_CONNECTIONS_PER_ADDRESS",
    value: "N",
    default: "256, at most half of all; off with --trusted-proxies",
    says: "connections that an address may have at once, or off",
  },
  "trusted-proxies": {
    env: "OAUTH_DCR_TRUSTED_PROXIES",
    value: "N",
    default: "0",
    says: "how many proxies of yours append to X-Forwarded-For",
  },
  quota: {
    env: "OAUTH_DCR_QUOTA",
    value: "N",
    default: "100",
    says: "clients that an address, or an initial access token, may have registered and not used yet, or off",
  },
  "max-body": {
    env: "OAUTH_DCR_MAX_BODY",
    value: "BYTES",
    default: "16384",
    says: "the largest body of a request, and with it about the largest record, up to 1048576",
  },
  "unused-ttl": {
    env: "OAUTH_DCR_UNUSED_TTL",
    value: "TIME",
    default: "24h",
    says: "how long a client lives whose use nobody recorded, or off; off where the token endpoint records no uses",
  },
  "idle-ttl": {
    env: "OAUTH_DCR_IDLE_TTL",
    value: "TIME",
    default: "off",
    says: "how long a client lives after its last recorded use, such as 90d, or off",
  },
  "secret-ttl": {
    env: "OAUTH_DCR_SECRET_TTL",
    value: "TIME",
    default: "off",
    says: "how long a client secret lives, such as 90d, or off",
  },
  idempotent: {
    env: "OAUTH_DCR_IDEMPOTENT",
    value: "on/off",
    default: "on for mcp, else off",
    says: "whether a public client that registers again is answered with the client that it has",
  },
  audit: {
    env: "OAUTH_DCR_AUDIT",
    value: "LIST",
    default: "stdout",
    says: "where audit events go: stdout, file:PATH, database, database:PATH (a SQLite file of their own), opentelemetry, or several separated by commas",
  },
  webhook: {
    env: "OAUTH_DCR_WEBHOOK",
    value: "URLS",
    default: "",
    says: "https URLs, separated by spaces, that are told of clients that are registered, held, approved, disabled, deleted and so on; signed with the secrets in OAUTH_DCR_WEBHOOK_SECRET",
  },
  "webhook-events": {
    env: "OAUTH_DCR_WEBHOOK_EVENTS",
    value: "LIST",
    default: "all",
    says: "events that webhooks tell of, separated by spaces, such as client.held quota.reached",
  },
  "webhook-private": {
    env: "OAUTH_DCR_WEBHOOK_PRIVATE",
    value: "on/off",
    default: "off",
    says: "whether the URLs of --webhook may be http and lead into a private network",
  },
  "authorization-endpoint": {
    env: "OAUTH_DCR_AUTHORIZATION_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's authorization endpoint, to publish it in the metadata",
  },
  "token-endpoint": {
    env: "OAUTH_DCR_TOKEN_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's token endpoint, to publish it in the metadata",
  },
} as const;

export type Flag = keyof typeof SETTINGS;
