import {
  MisuseError,
  requireKnownOptions,
  type AuthorizationServerMetadata,
  type ClientRegistration,
  type ClientRegistrationOptions,
} from "@oauth-dcr/core";
import type {
  ClientAdministrationTools,
  ClientHistoryPage,
  ClientHistoryRequest,
} from "@oauth-dcr/core/administration";
import type { ConsentStore } from "@oauth-dcr/core/consent";

/** Options of `createConsole`. */
export interface ConsoleOptions {
  /**
   * Where the operator's browser finds the console, such as `http://127.0.0.1:8788`: `https`, or `http` on a loopback host. A
   * request for another host is refused.
   */
  readonly origin: string;
  /** The result of `createClientRegistration`. */
  readonly registration: ClientRegistration;
  /** The result of `clientAdministration` for the same options. */
  readonly clients: ClientAdministrationTools;
  /** An audit log that can be read, such as that of `@oauth-dcr/store-sql`. Default: none, and the console says what it cannot show. */
  readonly auditLog?: ConsoleAuditLog;
  /** Reads what users allowed a client: the `consents` of the store. Default: no consents are shown. */
  readonly consents?: Pick<ConsentStore, "findConsentsForClient">;
  /** The `quotas` of the registration, to be shown. Default: none. */
  readonly quotas?: NonNullable<ClientRegistrationOptions["quotas"]>;
  /**
   * The preset with which the playground checks a body in the browser. Set it only if the registration has the rules of that preset
   * and no others. Default: the server checks the body when the form is sent.
   */
  readonly playground?: PlaygroundRules;
  /** A reverse proxy that signs operators in. Default: operators sign in with the one-time links of `signInLink`. */
  readonly proxy?: ConsoleProxy;
  /** Is called when an operator signs in by a link, or signs out. Default: does nothing. */
  readonly onSession?: (change: "signed_in" | "signed_out", operator: string) => void;
  /** Receives each error that made a page fail. Default: `console.error`. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly clock?: () => number;
}

/** What the console reads of an audit log. */
export interface ConsoleAuditLog {
  /** A page of events, newest first. */
  readonly readEvents: (
    page: Required<Pick<ClientHistoryRequest, "limit">> & ClientHistoryRequest,
  ) => Promise<ClientHistoryPage>;
  /** Verifies the chain of events. */
  readonly verify: () => Promise<
    | { readonly ok: true; readonly events: number; readonly head: string; readonly checkpoint?: string }
    | { readonly ok: false; readonly position: number; readonly problem: string }
  >;
}

/** A preset of core and its argument. */
export interface PlaygroundRules {
  /** The preset of the registration. */
  readonly preset: "mcp" | "web-confidential" | "token-gated" | "open-native";
  /** The argument of the preset. Each operator can read it. */
  readonly metadata: AuthorizationServerMetadata;
}

/**
 * A reverse proxy in front of the console that authenticates operators. It must set both headers on each request, and
 * replace what a browser sends in them.
 */
export interface ConsoleProxy {
  /** The header that has the name of the operator, such as `x-forwarded-user`. A name with a comma is refused. */
  readonly userHeader: string;
  /** 32 to 512 ASCII characters, which the proxy sends in the header `x-console-proxy-secret`. Any other request is refused. */
  readonly secret: string;
}

const NAMES = [
  ...(["origin", "registration", "clients", "auditLog", "consents"] as const),
  ...(["quotas", "playground", "proxy", "onSession", "onError", "clock"] as const),
] satisfies (keyof ConsoleOptions)[];

const QUOTAS = ["perAddress", "ipv6PrefixLength", "perInitialAccessToken", "total"] as const;

/** @throws MisuseError for a missing or invalid option */
export function checkOptions(options: ConsoleOptions): void {
  requireKnownOptions("createConsole", options, NAMES);
  const { origin, registration, clients, auditLog, consents, quotas, playground, proxy } = options;
  must(
    isOrigin(origin),
    "origin",
    "be an origin such as http://127.0.0.1:8788 or https://console.example, without a path",
  );
  must(
    typeof registration.findClients === "function",
    "registration",
    "be the result of createClientRegistration",
  );
  must(typeof clients.inspectClient === "function", "clients", "be the result of clientAdministration");
  const reads = auditLog === undefined || typeof auditLog.readEvents === "function";
  must(reads, "auditLog", "have readEvents and verify");
  const finds = consents === undefined || typeof consents.findConsentsForClient === "function";
  must(finds, "consents", "have findConsentsForClient");
  if (quotas) requireKnownOptions("quotas", quotas, QUOTAS);
  if (playground) requireKnownOptions("playground", playground, ["preset", "metadata"]);
  if (!proxy) return;
  requireKnownOptions("proxy", proxy, ["userHeader", "secret"]);
  must(/^[a-z0-9-]{1,64}$/i.test(proxy.userHeader), "proxy.userHeader", "be the name of a header");
  must(/^[\x21-\x7e]{32,512}$/.test(proxy.secret), "proxy.secret", "be 32 to 512 ASCII characters");
}

function must(holds: boolean, name: string, be: string): void {
  if (!holds) throw new MisuseError("ERR_OPTION", `createConsole: ${name} must ${be}`);
}

/** Cookies and forms are safe on https, and where nothing leaves the machine. */
function isOrigin(text: unknown): boolean {
  if (typeof text !== "string" || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  const isLoopback = ["127.0.0.1", "[::1]", "localhost"].includes(hostname);
  return origin === text && (protocol === "https:" || (protocol === "http:" && isLoopback));
}
