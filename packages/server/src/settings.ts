import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** What an operator can set, each by a flag or by an environment variable; the flag wins. */
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
    value: "FILE",
    default: "oauth-dcr.sqlite",
    says: "SQLite file for the clients, or memory: to forget them at exit",
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
  "trusted-proxies": {
    env: "OAUTH_DCR_TRUSTED_PROXIES",
    value: "N",
    default: "0",
    says: "how many proxies of yours append to X-Forwarded-For",
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

type Flag = keyof typeof SETTINGS;

export interface Settings {
  readonly port: number;
  readonly host: string;
  /** `undefined` for the address that the server will listen on. */
  readonly issuer: string | undefined;
  /** `undefined` for memory. */
  readonly databaseFile: string | undefined;
  readonly preset: "mcp" | "web-confidential" | "token-gated";
  readonly scopes: readonly string[];
  /** `undefined` for no limit. */
  readonly rateLimit: { readonly limit: number; readonly windowSeconds: number } | undefined;
  readonly trustedProxies: number;
  readonly authorizationEndpoint: string | undefined;
  readonly tokenEndpoint: string | undefined;
}

/** A setting that the operator has to put right. Its message names the flag and the variable. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** @throws SettingError for an unknown flag or a value that makes no sense */
export function parseSettings(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const flags = parseFlags(args);
  // An empty variable is an unset one: that is how a compose file or a unit leaves it out.
  const given = (flag: Flag): string | undefined => flags[flag] ?? nonEmpty(environment[SETTINGS[flag].env]);
  const read = (flag: Flag): string => given(flag) ?? SETTINGS[flag].default;
  const host = read("host");
  const port = wholeNumber("port", read("port"), 65_535);
  const issuer = given("issuer");
  if (issuer === undefined && !["127.0.0.1", "::1", "localhost"].includes(host)) {
    throw wrong("issuer", `is required when the server listens on ${host}: clients must see an https URL`);
  }
  return {
    port,
    host,
    issuer: issuer === undefined ? undefined : publicUrl("issuer", issuer),
    databaseFile: databaseFile(read("database")),
    preset: preset(read("preset")),
    scopes: scopes(read("scopes")),
    rateLimit: rateLimit(read("rate-limit")),
    trustedProxies: wholeNumber("trusted-proxies", read("trusted-proxies"), 100),
    authorizationEndpoint: optionalUrl("authorization-endpoint", read("authorization-endpoint")),
    tokenEndpoint: optionalUrl("token-endpoint", read("token-endpoint")),
  };
}

function parseFlags(args: readonly string[]): Partial<Record<Flag, string>> {
  const options = Object.fromEntries(
    Object.keys(SETTINGS).map((flag) => [flag, { type: "string" as const }]),
  );
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new SettingError(
      error instanceof Error ? (error.message.split(". ")[0] ?? "") : "unreadable flags",
    );
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function wrong(flag: Flag, rule: string): SettingError {
  return new SettingError(`--${flag} (or ${SETTINGS[flag].env}) ${rule}`);
}

function wholeNumber(flag: Flag, text: string, max: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= max) return Number(text);
  throw wrong(flag, `must be a whole number from 0 to ${max}`);
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

/** The file that `--database` or its variable names; `undefined` for memory. */
export function databaseSetting(
  flag: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  return databaseFile(flag ?? nonEmpty(environment[SETTINGS.database.env]) ?? SETTINGS.database.default);
}

function databaseFile(text: string): string | undefined {
  if (text === "memory:") return undefined;
  // Empty and `:memory:` are what SQLite takes for a database that nobody keeps: that has to be asked for.
  if (/^$|^:|^[a-z][a-z0-9+.-]+:/i.test(text)) {
    throw wrong(
      "database",
      "must be the path of an SQLite file, or memory: ; other databases are not supported",
    );
  }
  return resolve(text);
}

function preset(text: string): Settings["preset"] {
  if (text === "mcp" || text === "web-confidential" || text === "token-gated") return text;
  throw wrong("preset", "must be mcp, web-confidential or token-gated");
}

function scopes(text: string): readonly string[] {
  const tokens = text.split(/\s+/).filter((token) => token !== "");
  if (tokens.every((token) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(token))) return tokens;
  throw wrong("scopes", "must be scope tokens separated by spaces");
}

function rateLimit(text: string): Settings["rateLimit"] {
  if (text === "off") return undefined;
  const [, limit = 0, windowSeconds = 0] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (limit > 0 && windowSeconds > 0) return { limit, windowSeconds };
  throw wrong("rate-limit", "must be N/SECONDS such as 100/60, or off");
}
