import {
  admissionRuleList,
  commaList,
  countOrOff,
  duration,
  oneOf,
  onOff,
  rate,
  spacedList,
  text,
  urlOfService,
  wholeNumber,
  type SettingType,
} from "./setting-types.js";

interface Setting {
  readonly env: string;
  /** The text after the flag in the help. */
  readonly value: string;
  readonly default: string;
  readonly says: string;
  /** How it is written in a configuration file; missing where it has no place there. */
  readonly type?: SettingType;
}

/**
 * What an operator can set, each by a flag, an environment variable or a member of the configuration file; the flag wins, then
 * the variable. The defaults bound what strangers can store: a quota counts clients that were not used, and without a time to live it would fill for good.
 */
export const SETTINGS = {
  config: {
    env: "OAUTH_DCR_CONFIG",
    value: "FILE",
    default: "",
    says: "JSON file with these settings; a flag wins over a variable, and a variable over the file",
  },
  port: {
    env: "PORT",
    value: "PORT",
    default: "8787",
    says: "port to listen on; 0 for any free one",
    type: wholeNumber(0, 65_535),
  },
  host: {
    env: "HOST",
    value: "ADDRESS",
    default: "127.0.0.1",
    says: "address to listen on",
    type: text("an address"),
  },
  issuer: {
    env: "OAUTH_DCR_ISSUER",
    value: "URL",
    default: "http://HOST:PORT",
    says: "issuer of the authorization server; https, or http on a loopback host",
    type: text("a URL"),
  },
  database: {
    env: "OAUTH_DCR_DATABASE",
    value: "FILE/URL",
    default: "oauth-dcr.sqlite",
    says: "SQLite file for the clients, postgres://… (?schema=NAME, else oauth_dcr), or memory: to forget them at exit",
    type: urlOfService("a file, a URL or memory:"),
  },
  redis: {
    env: "OAUTH_DCR_REDIS",
    value: "URL",
    default: "",
    says: "Redis, such as redis://127.0.0.1, that counts the rate limits for all processes of the same issuer",
    type: urlOfService("a URL"),
  },
  preset: {
    env: "OAUTH_DCR_PRESET",
    value: "NAME",
    default: "mcp",
    says: "mcp, web-confidential, token-gated or open-native (mail, contacts and calendars)",
    type: oneOf("mcp", "web-confidential", "token-gated", "open-native"),
  },
  scopes: {
    env: "OAUTH_DCR_SCOPES",
    value: "LIST",
    default: "tools:read tools:execute",
    says: "scopes that clients can have, separated by spaces; with --preset open-native the default is the scopes of its profile",
    type: spacedList("scopes"),
  },
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
  "trusted-proxies": {
    env: "OAUTH_DCR_TRUSTED_PROXIES",
    value: "N",
    default: "0",
    says: "how many of your proxies append to X-Forwarded-For",
    type: wholeNumber(0, 100),
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
    says: "unused clients of all callers together, or off; a caller who fills it locks all others out",
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
  idempotent: {
    env: "OAUTH_DCR_IDEMPOTENT",
    value: "on/off",
    default: "on for mcp and open-native, else off",
    says: "whether a public client that registers the same metadata again gets its existing client",
    type: onOff,
  },
  audit: {
    env: "OAUTH_DCR_AUDIT",
    value: "LIST",
    default: "stdout",
    says: "where audit events go: stdout, file:PATH, database, database:PATH (a separate SQLite file), opentelemetry, or several separated by commas",
    type: commaList("targets"),
  },
  "metrics-port": {
    env: "OAUTH_DCR_METRICS_PORT",
    value: "PORT",
    default: "",
    says: "port of 127.0.0.1 on which Prometheus reads /metrics, such as 9464; 0 for any free one",
    type: wholeNumber(0, 65_535),
  },
  webhook: {
    env: "OAUTH_DCR_WEBHOOK",
    value: "URLS",
    default: "",
    says: "https URLs, separated by spaces, to notify when clients are registered, held, approved, disabled, deleted and so on; the secrets in OAUTH_DCR_WEBHOOK_SECRET sign the messages",
    type: spacedList("URLs"),
  },
  "webhook-events": {
    env: "OAUTH_DCR_WEBHOOK_EVENTS",
    value: "LIST",
    default: "all",
    says: "events to send as webhooks, separated by spaces, such as client.held quota.reached",
    type: spacedList("events"),
  },
  "webhook-private": {
    env: "OAUTH_DCR_WEBHOOK_PRIVATE",
    value: "on/off",
    default: "off",
    says: "whether the URLs of --webhook may use http and lead into a private network",
    type: onOff,
  },
  "authorization-endpoint": {
    env: "OAUTH_DCR_AUTHORIZATION_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's authorization endpoint; the metadata publishes it",
    type: text("a URL"),
  },
  "token-endpoint": {
    env: "OAUTH_DCR_TOKEN_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's token endpoint; the metadata publishes it",
    type: text("a URL"),
  },
  "token-endpoint-auth-methods": {
    env: "OAUTH_DCR_TOKEN_ENDPOINT_AUTH_METHODS",
    value: "LIST",
    default: "those of --preset",
    says: "how clients authenticate at your token endpoint, separated by spaces: none, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth, self_signed_tls_client_auth",
    type: spacedList("methods"),
  },
  hold: {
    env: "OAUTH_DCR_HOLD",
    value: "on/off",
    default: "off",
    says: "whether open registrations await approval, by the policy hold_for_approval",
    type: onOff,
  },
  "client-id-metadata-documents": {
    env: "OAUTH_DCR_CLIENT_ID_METADATA_DOCUMENTS",
    value: "on/off",
    default: "off",
    says: "whether the https URL of a client's metadata may be its client_id",
    type: onOff,
  },
  "document-admission": {
    env: "OAUTH_DCR_DOCUMENT_ADMISSION",
    value: "LIST",
    default: "allow:*, or hold:* with --hold on",
    says: "rules for such clients, separated by spaces: allow:, block: or hold: and a host, *.host, an https URL or one that ends with /*; the first match decides, and the last rule must be for *",
    type: admissionRuleList,
  },
  "private-document-urls": {
    env: "OAUTH_DCR_PRIVATE_DOCUMENT_URLS",
    value: "LIST",
    default: "",
    says: "exact URLs of metadata documents that may be in a private network, separated by spaces",
    type: spacedList("exact https URLs"),
  },
} as const satisfies Record<string, Setting>;

export type Flag = keyof typeof SETTINGS;
