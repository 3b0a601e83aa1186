import type { ConsoleProxy } from "@oauth-dcr/console";
import type { Environment } from "./environment.js";
import { onOrOff, wholeNumber } from "./setting-readers.js";
import { SettingError, wrong } from "./setting-error.js";
import type { SettingSources } from "./setting-sources.js";

/** How the operator's console is served. */
export interface ConsoleSettings {
  readonly port: number;
  /** Where browsers find it; `undefined` for the address that it listens on. */
  readonly origin: string | undefined;
  /** `undefined` where operators sign in by a link. */
  readonly proxy: ConsoleProxy | undefined;
}

/** Not a flag: others on the machine can read the arguments of a process. */
const SECRET = "OAUTH_DCR_CONSOLE_PROXY_SECRET";

/**
 * @returns `undefined` where there is no console
 * @throws SettingError for an invalid value
 */
export function consoleSettings(
  { given, read }: SettingSources,
  environment: Environment,
): ConsoleSettings | undefined {
  if (!onOrOff("console", read("console"))) {
    for (const flag of ["console-origin", "console-user-header"] as const) {
      if (given(flag) !== undefined) throw wrong(flag, "needs --console on");
    }
    return undefined;
  }
  return {
    port: wholeNumber("console-port", read("console-port")),
    origin: originOf(given("console-origin")),
    proxy: proxyOf(given("console-user-header"), environment),
  };
}

function originOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
  if (url && isSafe && url.origin === text) return text;
  throw wrong(
    "console-origin",
    "must be an origin such as https://console.example, without a path; http only on a loopback host",
  );
}

/** Accepts a name in a header only together with a secret: any program on the machine can send the header. */
function proxyOf(userHeader: string | undefined, environment: Environment): ConsoleProxy | undefined {
  if (userHeader === undefined) return undefined;
  if (!/^[A-Za-z0-9-]{1,64}$/.test(userHeader))
    throw wrong("console-user-header", "must be the name of a header");
  const secret = environment[SECRET] ?? "";
  if (/^[\x21-\x7e]{32,512}$/.test(secret)) return { userHeader, secret };
  throw new SettingError(
    `--console-user-header needs ${SECRET}: 32 to 512 ASCII characters that your proxy sends in x-console-proxy-secret, such as "$(openssl rand -hex 32)"`,
  );
}
