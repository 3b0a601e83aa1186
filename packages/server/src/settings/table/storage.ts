import { commaList, onOff, spacedList, urlOfService } from "../setting-types.js";
import type { Setting } from "./setting.js";

/** Where clients, counts and events are stored. */
export const STORAGE_SETTINGS = {
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
  audit: {
    env: "OAUTH_DCR_AUDIT",
    value: "LIST",
    default: "stdout",
    says: "where audit events go: stdout, file:PATH, database, database:PATH (a separate SQLite file), opentelemetry, or several separated by commas",
    type: commaList("targets"),
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
    value: "[on/off]",
    default: "off",
    says: "whether the URLs of --webhook may use http and point to a private network",
    type: onOff,
  },
} as const satisfies Record<string, Setting>;
