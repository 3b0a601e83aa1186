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
  /** What stands behind the flag, for the help. */
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
    says: "scopes that clients can have, separated by spaces; by default those of its profile with --preset open-native",
    type: spacedList("scopes"),
  },
  "rate-limit": {
    env: "OAUTH_DCR_RATE_LIMIT",
    value: "N/SECONDS",
    default: "100/60",
    says: "registrations an address may ask for, or off",
    type: rate,
  },
  "global-rate-limit": {
    env: "OAUTH_DCR_GLOBAL_RATE_LIMIT",
    value: "N/SECONDS",
    default: "off",
    says: "registrations that all addresses together may ask for, beside --rate-limit, or off",
    type: rate,
  },
  "ipv6-prefix": {
    env: "OAUTH_DCR_IPV6_PREFIX",
    value: "BITS",
    default: "64",
    says: "bits of an IPv6 address that make one caller, 16 to 128: for the rate limit, the quota and connections",
    type: wholeNumber(16, 128),
  },
  "max-connections": {
    env: "OAUTH_DCR_MAX_CONNECTIONS",
    value: "N",
    default: "1000",
    says: "connections at once, at least 1; never more than half of the file descriptors that the process may have",
    type: wholeNumber(1, 999_999_999),
  },
  "max-connections-per-address": {
    env: "OAUTH_DCR_MAX_CONNECTIONS_PER_ADDRESS",
    value: "N",
    default: "256, at most half of all; off with --trusted-proxies",
    says: "connections that an address may have at once, at most --max-connections; or off",
    type: countOrOff,
  },
  "trusted-proxies": {
    env: "OAUTH_DCR_TRUSTED_PROXIES",
    value: "N",
    default: "0",
    says: "how many proxies of yours append to X-Forwarded-For",
    type: wholeNumber(0, 100),
  },
  quota: {
    env: "OAUTH_DCR_QUOTA",
    value: "N",
    default: "100",
    says: "clients that an address, or an initial access token, may have registered and not used yet, or off",
    type: countOrOff,
  },
  "max-body": {
    env: "OAUTH_DCR_MAX_BODY",
    value: "BYTES",
    default: "16384",
    says: "the largest body of a request, and with it about the largest record, up to 1048576",
    type: wholeNumber(1, 1_048_576),
  },
  "unused-ttl": {
    env: "OAUTH_DCR_UNUSED_TTL",
    value: "TIME",
    default: "24h",
    says: "how long a client lives whose use nobody recorded, or off; off where the token endpoint records no uses",
    type: duration,
  },
  "idle-ttl": {
    env: "OAUTH_DCR_IDLE_TTL",
    value: "TIME",
    default: "off",
    says: "how long a client lives after its last recorded use, such as 90d, or off",
    type: duration,
  },
  "secret-ttl": {
    env: "OAUTH_DCR_SECRET_TTL",
    value: "TIME",
    default: "off",
    says: "how long a client secret lives, such as 90d, or off",
    type: duration,
  },
  idempotent: {
    env: "OAUTH_DCR_IDEMPOTENT",
    value: "on/off",
    default: "on for mcp and open-native, else off",
    says: "whether a public client that registers again is answered with the client that it has",
    type: onOff,
  },
  audit: {
    env: "OAUTH_DCR_AUDIT",
    value: "LIST",
    default: "stdout",
    says: "where audit events go: stdout, file:PATH, database, database:PATH (a SQLite file of their own), opentelemetry, or several separated by commas",
    type: commaList("targets"),
  },
  webhook: {
    env: "OAUTH_DCR_WEBHOOK",
    value: "URLS",
    default: "",
    says: "https URLs, separated by spaces, that are told of clients that are registered, held, approved, disabled, deleted and so on; signed with the secrets in OAUTH_DCR_WEBHOOK_SECRET",
    type: spacedList("URLs"),
  },
  "webhook-events": {
    env: "OAUTH_DCR_WEBHOOK_EVENTS",
    value: "LIST",
    default: "all",
    says: "events that webhooks tell of, separated by spaces, such as client.held quota.reached",
    type: spacedList("events"),
  },
  "webhook-private": {
    env: "OAUTH_DCR_WEBHOOK_PRIVATE",
    value: "on/off",
    default: "off",
    says: "whether the URLs of --webhook may be http and lead into a private network",
    type: onOff,
  },
  "authorization-endpoint": {
    env: "OAUTH_DCR_AUTHORIZATION_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's authorization endpoint, to publish it in the metadata",
    type: text("a URL"),
  },
  "token-endpoint": {
    env: "OAUTH_DCR_TOKEN_ENDPOINT",
    value: "URL",
    default: "",
    says: "your server's token endpoint, to publish it in the metadata",
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
    says: "whether a client may be known by the https URL of its metadata",
    type: onOff,
  },
  "document-admission": {
    env: "OAUTH_DCR_DOCUMENT_ADMISSION",
    value: "LIST",
    default: "allow:*, or hold:* with --hold on",
    says: "what to do with such clients, as allow:, block: or hold: and a host, *.host, an https URL or one that ends with /*, separated by spaces; the first that matches decides, and the last is for *",
    type: admissionRuleList,
  },
  "private-document-urls": {
    env: "OAUTH_DCR_PRIVATE_DOCUMENT_URLS",
    value: "LIST",
    default: "",
    says: "exact URLs of documents that may be in a private network, separated by spaces",
    type: spacedList("exact https URLs"),
  },
} as const satisfies Record<string, Setting>;

export type Flag = keyof typeof SETTINGS;
