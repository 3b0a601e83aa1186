import { requireKnownOptions } from "../lib/known-options.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { err, ok, type Result } from "../lib/result.js";
import { hostRule, isLoopbackHost } from "../uri/host.js";
import { parseStrictUri, type StrictUri, type UriRule } from "../uri/strict-uri.js";
import { embedsUrl } from "./embedded-url.js";
import { nativeRedirects, type RedirectUriProfile } from "./redirect-uri-profile.js";
import { carriesResponseParameter } from "./response-parameters.js";

/** What a redirect URI can break: the rules of every URI, and those of redirect URIs alone. */
export type RedirectUriRule =
  | UriRule
  | "redirect_uri.type"
  | "redirect_uri.fragment"
  | "redirect_uri.wildcard"
  | "redirect_uri.scheme"
  | "redirect_uri.http"
  | "redirect_uri.loopback"
  | "redirect_uri.native"
  | "redirect_uri.form"
  | "redirect_uri.denied_host"
  | "redirect_uri.embedded_url"
  | "redirect_uri.response_parameter";

/** A redirect URI that was accepted. */
export interface RedirectUri {
  /** Where it leads: to a web server, to a loopback address, or to an application's own scheme. */
  readonly kind: "https" | "loopback" | "private_use";
  /** Its parts, as written. */
  readonly uri: StrictUri;
}

/** Options of `redirectUriPolicy`. Without any, https alone is accepted. */
export interface RedirectUriPolicyOptions extends Partial<RedirectUriProfile> {
  /** Hosts that are refused together with every name below them, such as known open redirectors. */
  readonly deniedHosts?: readonly string[];
  /** How many redirect URIs one client may have. Default 20. */
  readonly maxCount?: number;
  /** The longest redirect URI, in characters. Default 2048. */
  readonly maxLength?: number;
}

/**
 * One object that judges redirect URIs wherever they appear: at registration, at update, in a metadata document and at
 * the authorization endpoint. That is why "registered, then refused" cannot happen.
 */
export interface RedirectUriPolicy {
  /** How many redirect URIs one client may have. */
  readonly maxCount: number;
  /** How long one redirect URI may be, in characters. */
  readonly maxLength: number;
  /** Judges one URI by itself: its kind, or the first rule it breaks. Never throws, whatever the value. */
  parse(value: unknown): Result<RedirectUri, RedirectUriRule>;
  /**
   * Whether the authorization endpoint may redirect to `presented`: the exact string was registered, or both are
   * loopback URIs that differ in nothing but the port.
   * @see RFC 8252 section 7.3 https://www.rfc-editor.org/rfc/rfc8252#section-7.3
   */
  admits(registered: readonly string[], presented: string): boolean;
}

const SCHEME = /^[a-z][a-z0-9+.-]*$/;
// Not the rule that keeps these out (no profile names them): a guard against an operator who adds one by hand.
const NEVER_A_REDIRECT =
  /^(?:https?|javascript|data|vbscript|file|blob|about|filesystem|view-source|wss?|ftp|mailto|tel|sms|intent|chrome|resource|jar)$/;
// Not looked up anywhere, so underscores may pass; URL parsers differ on what else could stand there.
const PRIVATE_USE_HOST = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;
const REVERSE_DOMAIN = /^[a-z](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
// No port, and nothing behind the path.
const SCHEME_HOST_AND_PATH = /^[^:]+:\/\/[^/:]+\/[^?#*]*[^?#*/]$/;

const OPTIONS = [
  "loopback",
  "reverseDomainSchemes",
  "schemes",
  "privateUseRedirects",
  "deniedHosts",
  "maxCount",
  "maxLength",
] satisfies (keyof RedirectUriPolicyOptions)[];

/**
 * Builds the redirect policy. Without options it is the `native` profile.
 *
 * @example
 * ```ts
 * import { mcpRedirects, redirectUriPolicy } from "@oauth-dcr/core/redirect-uri";
 *
 * const redirectUris = redirectUriPolicy({ ...mcpRedirects, deniedHosts: ["evil.example"] });
 * redirectUris.parse("http://127.0.0.1:8080/callback"); // { ok: true, … }
 * ```
 * @throws MisuseError when a scheme or a limit makes no sense
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
export function redirectUriPolicy(options: RedirectUriPolicyOptions = {}): RedirectUriPolicy {
  requireKnownOptions("redirectUriPolicy", options, OPTIONS);
  const {
    loopback = nativeRedirects.loopback,
    reverseDomainSchemes = nativeRedirects.reverseDomainSchemes,
    schemes = nativeRedirects.schemes,
    privateUseRedirects = nativeRedirects.privateUseRedirects,
    deniedHosts = [],
    maxCount = 20,
    maxLength = 2048,
  } = options;
  const areLists = [schemes, privateUseRedirects, deniedHosts].every((value: unknown) =>
    Array.isArray(value),
  );
  requireThat(areLists, "ERR_OPTION", "schemes, privateUseRedirects and deniedHosts: must be lists");
  for (const scheme of schemes) {
    requireThat(
      isPrivateUseScheme(scheme),
      "ERR_REDIRECT_SCHEME",
      `schemes: "${scheme}" is not a private-use scheme in lower case, or one that browsers act on`,
    );
  }
  requirePositiveInteger(maxCount, "ERR_REDIRECT_LIMIT", "maxCount");
  requirePositiveInteger(maxLength, "ERR_REDIRECT_LIMIT", "maxLength");
  const admittedSchemes: ReadonlySet<string> = new Set(schemes);
  const admittedRedirects = privateUseRedirects.map(privateUseRedirect);
  const denied = deniedHosts.map((host) => host.toLowerCase());
  for (const host of denied) {
    // A spelling that no admitted URI can have would deny nothing, and nobody would notice.
    requireThat(
      hostRule(host) === undefined,
      "ERR_DENIED_HOST",
      `deniedHosts: "${host}" is not a host name (in punycode, without scheme, port or wildcard) or an IP address`,
    );
  }

  function parse(value: unknown): Result<RedirectUri, RedirectUriRule> {
    if (typeof value !== "string") return err("redirect_uri.type");
    // Before all else: a fragment is the mistake that the specification itself names, even an empty one.
    if (value.length <= maxLength && value.includes("#")) return err("redirect_uri.fragment");
    const parsed = parseStrictUri(value, maxLength);
    if (!parsed.ok) return parsed;
    const uri = parsed.value;
    const kind = kindOf(uri);
    if (!kind.ok) return kind;
    const rule = commonRule(uri);
    return rule ? err(rule) : ok({ kind: kind.value, uri });
  }

  function kindOf(uri: StrictUri): Result<RedirectUri["kind"], RedirectUriRule> {
    switch (uri.scheme) {
      case "https":
        return isLoopbackHost(uri.host) && !loopback ? err("redirect_uri.loopback") : ok("https");
      case "http":
        if (!isLoopbackHost(uri.host)) return err("redirect_uri.http");
        return loopback ? ok("loopback") : err("redirect_uri.loopback");
      default: {
        const byDomain = reverseDomainSchemes && REVERSE_DOMAIN.test(uri.scheme);
        const isAdmitted =
          byDomain || admittedSchemes.has(uri.scheme) || admittedRedirects.some((covers) => covers(uri));
        if (!isAdmitted) return err("redirect_uri.scheme");
        // `com.example:/callback` or `com.example://callback`, and something to call back to.
        if (uri.authority === undefined)
          return uri.path.startsWith("/") ? ok("private_use") : err("redirect_uri.form");
        if (uri.authority === "") return err("redirect_uri.form");
        return PRIVATE_USE_HOST.test(uri.host) ? ok("private_use") : err("uri.host_name");
      }
    }
  }

  function commonRule(uri: StrictUri): RedirectUriRule | undefined {
    if (uri.raw.includes("*")) return "redirect_uri.wildcard";
    if (denied.some((host) => uri.host === host || uri.host.endsWith(`.${host}`)))
      return "redirect_uri.denied_host";
    if (embedsUrl(uri)) return "redirect_uri.embedded_url";
    if (carriesResponseParameter(uri.query)) return "redirect_uri.response_parameter";
    return undefined;
  }

  function admits(registered: readonly string[], presented: string): boolean {
    const judged = parse(presented);
    if (!judged.ok) return false;
    if (registered.includes(presented)) return true;
    if (judged.value.kind !== "loopback") return false;
    const portless = withoutPort(judged.value.uri);
    return registered.some((uri) => {
      const candidate = parse(uri);
      return (
        candidate.ok && candidate.value.kind === "loopback" && withoutPort(candidate.value.uri) === portless
      );
    });
  }

  return Object.freeze({ maxCount, maxLength, parse, admits });
}

/** Whether a URI has the scheme, the host and the path of `redirect`, or a path below it. */
function privateUseRedirect(redirect: string): (uri: StrictUri) => boolean {
  const parsed = SCHEME_HOST_AND_PATH.test(redirect) && parseStrictUri(redirect, redirect.length);
  requireThat(
    parsed &&
      parsed.ok &&
      isPrivateUseScheme(parsed.value.scheme) &&
      PRIVATE_USE_HOST.test(parsed.value.host),
    "ERR_REDIRECT_SCHEME",
    `privateUseRedirects: "${redirect}" is not a private-use scheme, a host and a path`,
  );
  const { scheme, host, path } = parsed.value;
  return (uri) =>
    uri.scheme === scheme &&
    uri.host === host &&
    uri.port === undefined &&
    `${uri.path}/`.startsWith(`${path}/`);
}

/** Browsers act on none of these by themselves. */
function isPrivateUseScheme(scheme: string): boolean {
  return SCHEME.test(scheme) && !NEVER_A_REDIRECT.test(scheme);
}

/** A loopback URI less its port, and any other as it is: what is the same here, `admits` takes for one another. */
export function withoutLoopbackPort(policy: Pick<RedirectUriPolicy, "parse">, uri: string): string {
  const judged = policy.parse(uri);
  return judged.ok && judged.value.kind === "loopback" ? withoutPort(judged.value.uri) : uri;
}

/**
 * The only registered URI, which an authorization request need not name. Never a loopback URI: its port is whatever some
 * registrant had at the time, and another program may listen there by now, or another user's.
 * @see RFC 6749 section 3.1.2.3 https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2.3
 */
export function impliedRedirectUri(
  policy: Pick<RedirectUriPolicy, "parse">,
  [only, ...others]: readonly string[] = [],
): string | undefined {
  const judged = others.length === 0 ? policy.parse(only) : undefined;
  return judged?.ok && !isLoopbackHost(judged.value.uri.host) ? only : undefined;
}

/** The URI as it was written, less its port: whoever asks for another letter case asks for another URI. */
function withoutPort({ raw, authority = "", port }: StrictUri): string {
  const end = raw.indexOf("//") + 2 + authority.length;
  return port === undefined ? raw : raw.slice(0, end - port.length - 1) + raw.slice(end);
}
