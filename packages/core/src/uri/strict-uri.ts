import { err, ok, type Result } from "../lib/result.js";
import { hostRule, readsLikeLoopback, type HostRule } from "./host.js";
import { decodeFully, isUtf8 } from "./percent-decoding.js";
import { parsePlainUri } from "./plain-uri.js";
import type { StrictUri } from "./uri-parts.js";

export type { StrictUri } from "./uri-parts.js";

export type UriRule =
  | "uri.empty"
  | "uri.length"
  | "uri.control_character"
  | "uri.white_space"
  | "uri.backslash"
  | "uri.non_ascii"
  | "uri.character"
  | "uri.percent_encoding"
  | "uri.encoded_control_character"
  | "uri.relative"
  | "uri.userinfo"
  | "uri.host_missing"
  | "uri.port"
  | "uri.dot_segment"
  | "uri.encoded_separator"
  | "uri.ambiguous"
  | HostRule;

// RFC 3986 Appendix B, with a scheme and, where there is an authority, its port told apart.
const PARTS = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#[^]*)?$/i;
const AUTHORITY = /^(\[[^\]]*\]|[^:[\]]*)(?::(.*))?$/;
const PORT = /^[1-9][0-9]{0,4}$/;

/**
 * Takes a URI apart, or names the first rule it breaks. Only what RFC 3986 writes passes, and for `http` and `https`
 * only what a browser's URL parser reads in the same parts: a URI that two parsers read differently is refused, so the
 * host that we judge is the host that a browser goes to.
 *
 * @see RFC 3986 Appendix B https://www.rfc-editor.org/rfc/rfc3986#appendix-B
 */
export function parseStrictUri(raw: string, maxLength: number): Result<StrictUri, UriRule> {
  if (raw === "") return err("uri.empty");
  if (raw.length > maxLength) return err("uri.length");
  const plain = parsePlainUri(raw);
  return plain ? ok(plain) : parseEveryRule(raw);
}

/** The complete parser, for a text that is neither empty nor too long. What `parsePlainUri` reads, this reads alike. */
export function parseEveryRule(raw: string): Result<StrictUri, UriRule> {
  const spelling = spellingRule(raw);
  if (spelling) return err(spelling);

  const parts = PARTS.exec(raw);
  if (!parts) return err("uri.relative");
  const [, scheme = "", authority, path = "", query = "", fragment = ""] = parts;
  if (authority?.includes("@")) return err("uri.userinfo");
  const [, host = "", port] = AUTHORITY.exec(authority ?? "") ?? [];
  if (authority && !host) return err("uri.host_missing");
  if (port !== undefined && !(PORT.test(port) && Number(port) <= 65535)) return err("uri.port");
  const pathRule = pathSpellingRule(path);
  if (pathRule) return err(pathRule);

  const uri: StrictUri = {
    raw,
    scheme: scheme.toLowerCase(),
    authority,
    // An IPv6 address has one canonical spelling, in lower case; it is judged as it was written.
    host: host.startsWith("[") ? host : host.toLowerCase(),
    port,
    path,
    query,
    fragment,
  };
  if (uri.scheme === "http" || uri.scheme === "https") {
    const rule = webRule(uri);
    if (rule) return err(rule);
  }
  return ok(uri);
}

function spellingRule(raw: string): UriRule | undefined {
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code === 0x20) return "uri.white_space";
    if (code < 0x20 || code === 0x7f) return "uri.control_character";
    if (code === 0x5c) return "uri.backslash";
    if (code > 0x7f) return "uri.non_ascii";
  }
  if (!/^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/.test(raw)) return "uri.character";
  const encoding = raw.includes("%") ? percentEncodingRule(raw) : undefined;
  if (encoding) return encoding;
  // Brackets belong to IPv6 hosts alone; a parser that finds one elsewhere may see a host there.
  if (/[[\]]/.test(raw.replace(/^([^:]*:\/\/)\[[^\]/?#]*\]/, "$1"))) return "uri.character";
  return undefined;
}

function percentEncodingRule(raw: string): UriRule | undefined {
  if (/%(?![0-9a-f]{2})/i.test(raw)) return "uri.percent_encoding";
  // Encoded however often: who decodes twice finds it, and a URL parser drops tabs and line ends wherever they stand.
  const decoded = decodeFully(raw);
  if (/[\0-\x1f\x7f]/.test(decoded)) return "uri.encoded_control_character";
  return isUtf8(decoded) ? undefined : "uri.ambiguous";
}

// Dots with a parameter (`..;`), a space or the like behind them are dots to some servers.
const DOT_SEGMENT = /(?:^|\/)\.{1,2}(?:[^\w.~-]|$)/;

function pathSpellingRule(path: string): UriRule | undefined {
  const decoded = decodeFully(path);
  if (decoded.includes("\\") || decoded.split("/").length > path.split("/").length) {
    return "uri.encoded_separator";
  }
  return DOT_SEGMENT.test(decoded) ? "uri.dot_segment" : undefined;
}

function webRule(uri: StrictUri): UriRule | undefined {
  if (!uri.host) return "uri.host_missing";
  const rule = hostRule(uri.host);
  if (rule) return rule;
  if (uri.scheme === "http" && readsLikeLoopback(uri.host)) return "uri.host_lookalike";
  let read: URL;
  try {
    read = new URL(uri.raw);
  } catch {
    return "uri.ambiguous";
  }
  const sameHost = read.hostname === uri.host;
  const samePort =
    read.port === (uri.port ?? "") || (read.port === "" && uri.port === DEFAULT_PORT[uri.scheme]);
  const samePath = read.pathname === (uri.path || "/");
  const sameQuery = read.search === (uri.query === "?" ? "" : uri.query);
  return sameHost && samePort && samePath && sameQuery ? undefined : "uri.ambiguous";
}

const DEFAULT_PORT: Readonly<Record<string, string>> = { http: "80", https: "443" };
