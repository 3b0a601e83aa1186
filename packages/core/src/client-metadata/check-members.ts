import { isJsonObject, type JsonValue } from "../lib/json.js";
import type { RedirectUri, RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { isScopeToken, parseScope } from "../scope/scope.js";
import type { OfferedChoices } from "./choices.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { Findings } from "./finding.js";
import { parseJsonWebKeySet } from "./json-web-key-set.js";
import type { MemberKind } from "./member-table.js";
import type { PresentMember } from "./normalise.js";
import { isPlainText, isPlainValue } from "./plain-value.js";
import type { Rule } from "./rules.js";
import { parseStrictUri } from "../uri/strict-uri.js";
import { outgoingUrl } from "../guarded-fetch/outgoing-url.js";

const MAX_TEXT = 1000;
const MAX_TOKEN = 255;
const MAX_SCOPE = 4096;
const MAX_VALUES = 50;
const MAX_DEPTH = 8;

/** The rule that a value breaks, if any. */
type Check = (value: JsonValue) => Rule | undefined;

const text: Check = (value) => {
  if (typeof value !== "string") return "metadata.type";
  if (value.length > MAX_TEXT) return "metadata.length";
  return isPlainText(value) ? undefined : "metadata.text";
};
const token: Check = (value) => {
  if (typeof value !== "string") return "metadata.type";
  if (value.length > MAX_TOKEN) return "metadata.length";
  return isScopeToken(value) ? undefined : "metadata.token";
};
const boolean: Check = (value) => (typeof value === "boolean" ? undefined : "metadata.boolean");
const seconds: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? undefined : "metadata.seconds";
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    typeof value === "string" && values.includes(value) ? undefined : "metadata.choice";
const webUri =
  (kind: "page" | "https" | "document"): Check =>
  (value) =>
    typeof value === "string" ? webUriRule(value, kind) : "metadata.type";
const object: Check = (value) =>
  isJsonObject(value) && isPlainValue(value, MAX_DEPTH) ? undefined : "metadata.object";

/** Kinds with one value. The kinds that are missing here return another value than they are given. */
const CHECKS = {
  text,
  token,
  boolean,
  seconds,
  application_type: oneOf("web", "native"),
  subject_type: oneOf("public", "pairwise"),
  page_uri: webUri("page"),
  https_uri: webUri("https"),
  document_uri: webUri("document"),
  object,
} as const satisfies Partial<Record<MemberKind, Check>>;

/** Kinds with a list, and the check of each entry. */
const LIST_CHECKS = {
  text_list: text,
  token_list: token,
  // The fragment of a request URI is a hash of what is there.
  document_uri_list: (value) =>
    webUri("https")(value) ??
    webUri("document")(typeof value === "string" ? (value.split("#", 1)[0] ?? "") : value),
} as const satisfies Partial<Record<MemberKind, Check>>;

/** What the check of the members found out: the values that hold, told apart by what becomes of them. */
interface CheckedMembers {
  readonly metadata: ClientMetadata;
  readonly offered: OfferedChoices;
  /** `redirect_uris`, taken apart; empty when one of them does not hold. */
  readonly redirectUris: readonly RedirectUri[];
}

/** Checks each member by its kind. A value that does not hold is left out, and named in `findings`. */
export function checkMembers(
  present: ReadonlyMap<string, PresentMember>,
  policy: RedirectUriPolicy,
  findings: Findings,
): CheckedMembers {
  const metadata: Record<string, JsonValue> = {};
  const offered = new Map<string, JsonValue>();
  let redirectUris: readonly RedirectUri[] = [];

  for (const { name, member, value } of present.values()) {
    const checked = checkMember(name, member.kind, value);
    if (checked === undefined) continue;
    if (member.inputOnly) {
      findings.warning(name, "metadata.input_only");
      offered.set(name, checked);
    } else metadata[name] = checked;
  }
  return { metadata, offered, redirectUris };

  function checkMember(name: string, kind: MemberKind, value: JsonValue): JsonValue | undefined {
    switch (kind) {
      case "redirect_uri_list":
        return checkRedirectUris(name, value);
      case "json_web_key_set":
        return parseJsonWebKeySet(value, name, findings);
      case "scope":
        return checkScope(name, value);
      case "text_list":
      case "token_list":
      case "document_uri_list":
        return checkList(name, LIST_CHECKS[kind], value);
      default: {
        const rule = CHECKS[kind](value);
        if (rule === undefined) return value;
        findings.error(name, rule);
        return undefined;
      }
    }
  }

  function checkList(name: string, check: Check, value: JsonValue): JsonValue | undefined {
    if (!Array.isArray(value)) {
      findings.error(name, "metadata.type");
      return undefined;
    }
    if (value.length > MAX_VALUES) {
      findings.error(name, "metadata.count");
      return undefined;
    }
    let isRight = true;
    for (let i = 0; i < value.length; i++) {
      const rule = check(value[i] as JsonValue);
      if (rule === undefined) continue;
      findings.error(name, rule, `${name}[${i}]`);
      isRight = false;
    }
    // A copy: the list that was sent is its sender's to change.
    return isRight ? value.slice() : undefined;
  }

  function checkRedirectUris(name: string, value: JsonValue): JsonValue | undefined {
    if (!Array.isArray(value)) {
      findings.error(name, "metadata.type");
      return undefined;
    }
    if (value.length > policy.maxCount) {
      findings.error(name, "metadata.count");
      return undefined;
    }
    const parsed: RedirectUri[] = [];
    for (let i = 0; i < value.length; i++) {
      const judged = policy.parse(value[i]);
      const rule = judged.ok
        ? judged.value.uri.scheme.length > MAX_SCHEME && "redirect_uri.scheme_length"
        : judged.error;
      if (rule) findings.error(name, rule, `${name}[${i}]`);
      else if (judged.ok) parsed.push(judged.value);
    }
    if (parsed.length < value.length) return undefined;
    if (name === "redirect_uris") redirectUris = parsed;
    return parsed.map(({ uri }) => uri.raw);
  }

  function checkScope(name: string, value: JsonValue): JsonValue | undefined {
    if (typeof value !== "string") findings.error(name, "metadata.type");
    else if (value.length > MAX_SCOPE) findings.error(name, "metadata.length");
    else {
      const tokens = parseScope(value);
      if (tokens) return tokens.length > 0 ? tokens.join(" ") : undefined;
      findings.error(name, "scope.syntax");
    }
    return undefined;
  }
}

const MAX_LENGTH = 2048;
/** A reverse-domain scheme is no longer than a domain name. Not a rule of the policy: clients that are registered stay usable. */
const MAX_SCHEME = 253;

/**
 * The rule that an address breaks which is shown to a person (`http` or `https`), that a machine will fetch
 * (`https`), or that an authorization server itself sends requests to (and not in a local network). Shares its parser with the redirect rules: what passes here names the host that a browser goes to.
 *
 * @see RFC 7591 section 5 https://www.rfc-editor.org/rfc/rfc7591#section-5
 */
function webUriRule(value: string, kind: "page" | "https" | "document"): Rule | undefined {
  const parsed = parseStrictUri(value, MAX_LENGTH);
  if (!parsed.ok) return parsed.error;
  const { scheme } = parsed.value;
  if (kind !== "page" && scheme !== "https") return "metadata.https";
  if (kind === "document") return outgoingUrl(value).ok ? undefined : "metadata.local_address";
  return scheme === "https" || scheme === "http" ? undefined : "metadata.web_scheme";
}
