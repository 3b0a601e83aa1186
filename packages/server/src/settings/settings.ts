import { resolve } from "node:path";
import { auditTargets, type AuditTarget } from "./audit-targets.js";
import { consoleSettings, type ConsoleSettings } from "./console-settings.js";
import { connectionSettings, type ConnectionSettings } from "./connection-settings.js";
import { documentSettings, type DocumentSettings } from "./document-settings.js";
import type { Environment } from "./environment.js";
import { isPostgresUrl } from "./postgres-url.js";
import { countOrOff, durationOrOff, onOrOff, wholeNumber } from "./setting-readers.js";
import { presetSettings, scopesOf, type PresetSettings } from "./presets.js";
import { wrong } from "./setting-error.js";
import { settingSources, type Flags, type SettingSources } from "./setting-sources.js";
import type { Flag } from "./setting-table.js";
import { requireServedScopes, type Trust } from "./trust-settings.js";
import { webhookSettings, type WebhookSettings } from "./webhook-settings.js";

/** So many requests in a window. */
export interface RateLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface Settings extends ConnectionSettings, PresetSettings {
  readonly port: number;
  readonly host: string;
  /** `undefined` for the address that the server will listen on. */
  readonly issuer: string | undefined;
  /** `undefined` for memory. */
  readonly database: string | undefined;
  /** `undefined` for limits of this process alone. */
  readonly redis: string | undefined;
  /** `undefined` for no limit. */
  readonly rateLimit: RateLimit | undefined;
  /** Of all addresses together; `undefined` for no limit. */
  readonly globalRateLimit: RateLimit | undefined;
  /** How many bits of an IPv6 address make one caller. */
  readonly ipv6PrefixLength: number;
  /** How many unused clients an address, or an initial access token, may have; `undefined` for any number. */
  readonly quota: number | undefined;
  /** How many unused clients there may be; `undefined` for any number. */
  readonly totalQuota: number | undefined;
  /** Bytes. */
  readonly maxBody: number;
  readonly lifecycle: { readonly unusedTtlSeconds?: number; readonly idleTtlSeconds?: number };
  /** 0 for a secret that does not expire. */
  readonly secretTtlSeconds: number;
  /** `undefined` for what the preset says. */
  readonly idempotent: boolean | undefined;
  readonly audit: readonly AuditTarget[];
  /** `undefined` for no metrics. */
  readonly metricsPort: number | undefined;
  readonly trustedProxies: number;
  readonly authorizationEndpoint: string | undefined;
  readonly tokenEndpoint: string | undefined;
  /** Whether open registrations await approval. */
  readonly hold: boolean;
  /** Whether `/` shows a page for people. */
  readonly frontPage: boolean;
  /** `undefined` where no client is known by its document. */
  readonly documents: DocumentSettings | undefined;
  /** `undefined` where tiers decide nothing. */
  readonly trust: Trust | undefined;
  /** The configuration file that was read, if any. */
  readonly config: string | undefined;
  /** Empty for no webhooks. */
  readonly webhooks: readonly WebhookSettings[];
  /** `undefined` for no operator's console. */
  readonly console: ConsoleSettings | undefined;
}

/**
 * The settings of a server.
 *
 * @param flags the flags that were given, by their names
 * @throws SettingError for a value that makes no sense
 */
export function parseSettings(flags: Flags, environment: Environment): Settings {
  const sources = settingSources(flags, environment);
  return sources.explained(() => settingsOf(sources, environment));
}

function settingsOf(sources: SettingSources, environment: Environment): Settings {
  const { given, read } = sources;
  const host = read("host");
  const port = wholeNumber("port", read("port"));
  const issuer = given("issuer");
  if (issuer === undefined && !["127.0.0.1", "::1", "localhost"].includes(host)) {
    throw wrong("issuer", `is required when the server listens on ${host}: clients must see an https URL`);
  }
  const redis = redisUrl(read("redis"));
  const limit = rateLimit("rate-limit", read("rate-limit"));
  const globalLimit = rateLimit("global-rate-limit", read("global-rate-limit"));
  if (redis !== undefined && !limit) {
    throw wrong("redis", "counts the rate limit, which --rate-limit off turns off: give one of them alone");
  }
  if (globalLimit && !limit) {
    throw wrong("global-rate-limit", "needs --rate-limit: one address could take all of it otherwise");
  }
  const trustedProxies = wholeNumber("trusted-proxies", read("trusted-proxies"));
  const isIdempotent = given("idempotent");
  const metricsPort = given("metrics-port");
  const preset = presetSettings(sources);
  requireServedScopes(sources.trust, scopesOf(preset));
  return {
    port,
    host,
    issuer: issuer === undefined ? undefined : publicUrl("issuer", issuer),
    redis,
    ...preset,
    rateLimit: limit,
    globalRateLimit: globalLimit,
    ipv6PrefixLength: wholeNumber("ipv6-prefix", read("ipv6-prefix")),
    quota: countOrOff("quota", read("quota")),
    totalQuota: countOrOff("total-quota", read("total-quota")),
    maxBody: wholeNumber("max-body", read("max-body")),
    secretTtlSeconds: durationOrOff("secret-ttl", read("secret-ttl")) ?? 0,
    idempotent: isIdempotent === undefined ? undefined : onOrOff("idempotent", isIdempotent),
    metricsPort: metricsPort === undefined ? undefined : wholeNumber("metrics-port", metricsPort),
    trustedProxies,
    ...connectionSettings(sources, trustedProxies),
    authorizationEndpoint: optionalUrl("authorization-endpoint", read("authorization-endpoint")),
    tokenEndpoint: optionalUrl("token-endpoint", read("token-endpoint")),
    hold: hold(sources),
    frontPage: onOrOff("front-page", read("front-page")),
    ...sharedSettingsOf(sources),
    webhooks: webhookSettings(read, environment),
    console: consoleSettings(sources, environment),
  };
}

/**
 * The settings that an operator's command has in common with the server.
 *
 * @throws SettingError for a value that makes no sense
 */
export function sharedSettings(flags: Flags, environment: Environment): SharedSettings {
  const sources = settingSources(flags, environment);
  return sources.explained(() => sharedSettingsOf(sources));
}

type SharedSettings = Pick<Settings, "config" | "database" | "audit" | "lifecycle" | "documents" | "trust">;

function sharedSettingsOf(sources: SettingSources): SharedSettings {
  const { given, read } = sources;
  const settings = {
    config: given("config"),
    database: database(read("database")),
    audit: auditTargets(read("audit")),
    lifecycle: lifecycle(
      durationOrOff("unused-ttl", read("unused-ttl")),
      durationOrOff("idle-ttl", read("idle-ttl")),
    ),
    documents: documentSettings(sources),
    trust: sources.trust,
  };
  if (settings.audit.includes("database") && settings.database === undefined) {
    throw wrong("audit", "cannot be database where --database is memory:");
  }
  const ownFiles = settings.audit.flatMap((target) =>
    typeof target === "object" ? (target.database ?? []) : [],
  );
  if (settings.database !== undefined && ownFiles.includes(settings.database)) {
    throw wrong("audit", "is written database, without a path, for the file of --database");
  }
  return settings;
}

/**
 * Requires that a setting has another source than its default.
 *
 * @throws SettingError, with what it is needed for, where it has none
 */
export function requireGiven(flag: Flag, flags: Flags, environment: Environment, reason: string): void {
  if (!isGiven(flag, flags, environment)) throw wrong(flag, reason);
}

/** Whether a setting has another source than its default. */
export function isGiven(flag: Flag, flags: Flags, environment: Environment): boolean {
  return settingSources(flags, environment).given(flag) !== undefined;
}

/** Core judges the URL again; it is judged here so that the message can name the flag. */
function publicUrl(flag: Flag, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  const isSecure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
  // A URL that its parser writes differently, as with dot segments or user information, is not one to publish.
  const isPlain = url?.username === "" && url.href.replace(/\/$/, "") === text.replace(/\/$/, "");
  if (isSecure && isPlain && !/[?#]/.test(text)) return text;
  throw wrong(flag, "must be a plain https URL without query and fragment (http on a loopback host alone)");
}

function optionalUrl(flag: Flag, text: string): string | undefined {
  return text === "" ? undefined : publicUrl(flag, text);
}

function database(text: string): string | undefined {
  if (text === "memory:") return undefined;
  if (isPostgresUrl(text) && URL.canParse(text)) return text;
  if (text === "memory") throw wrong("database", "is written memory: or, for a file of that name, ./memory");
  // Empty and `:memory:` are what SQLite takes for a database that nobody keeps: that has to be asked for.
  if (/^$|^:|^[a-z][a-z0-9+.-]+:/i.test(text)) {
    throw wrong(
      "database",
      "must be the path of an SQLite file, a postgres:// URL, or memory: ; other databases are not supported",
    );
  }
  return resolve(text);
}

function redisUrl(text: string): string | undefined {
  if (text === "") return undefined;
  if (/^rediss?:\/\//.test(text) && URL.canParse(text)) return text;
  throw wrong("redis", "must be a redis:// or rediss:// URL");
}

function rateLimit(flag: Flag, text: string): RateLimit | undefined {
  if (text === "off") return undefined;
  const [, limit = 0, windowSeconds = 0] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (limit > 0 && windowSeconds > 0) return { limit, windowSeconds };
  throw wrong(flag, "must be N/SECONDS such as 100/60, or off");
}

function lifecycle(unused: number | undefined, idle: number | undefined): Settings["lifecycle"] {
  return {
    ...(unused !== undefined && { unusedTtlSeconds: unused }),
    ...(idle !== undefined && { idleTtlSeconds: idle }),
  };
}

/** Nobody registers openly at a server that asks for a token. */
function hold({ read }: SettingSources): boolean {
  const isOn = onOrOff("hold", read("hold"));
  if (!isOn || read("preset") !== "token-gated") return isOn;
  throw wrong("hold", "has no use with --preset token-gated, which has no open registration");
}
