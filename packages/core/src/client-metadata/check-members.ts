import * as v from "valibot";
import { isJsonObject, type JsonValue } from "../json.js";
import type { RedirectUri, RedirectUriPolicy } from "../redirect-uri/redirect-uri-policy.js";
import { isScopeToken, parseScope } from "../scope/scope.js";
import type { OfferedChoices } from "./choices.js";
import type { ClientMetadata } from "./client-metadata.js";
import type { Findings } from "./finding.js";
import { parseJsonWebKeySet } from "./json-web-key-set.js";
import type { MemberKind } from "./members.js";
import type { PresentMember } from "./normalise.js";
import { isPlainText, isPlainValue } from "./plain-value.js";
import type { Rule } from "./rules.js";
import { webUriRule } from "./web-uri.js";

const MAX_TEXT = 1000;
const MAX_TOKEN = 255;
const MAX_SCOPE = 4096;
const MAX_VALUES = 50;
const MAX_DEPTH = 8;

// Every message is the name of a rule, so that no text of the library reaches a client.
const rule = (name: Rule): Rule => name;
const WRONG_TYPE = rule("metadata.type");
const text = v.pipe(
  v.string(WRONG_TYPE),
  v.maxLength(MAX_TEXT, rule("metadata.length")),
  v.check(isPlainText, rule("metadata.text")),
);
const token = v.pipe(
  v.string(WRONG_TYPE),
  v.maxLength(MAX_TOKEN, rule("metadata.length")),
  v.check(isScopeToken, rule("metadata.token")),
);
const listOf = <S extends v.GenericSchema<unknown, string>>(item: S) =>
  v.pipe(
    v.array(v.unknown(), WRONG_TYPE),
    v.maxLength(MAX_VALUES, rule("metadata.count")),
    v.array(item, WRONG_TYPE),
  );
const webUri = (kind: "page" | "https" | "document") =>
  v.pipe(
    v.string(WRONG_TYPE),
    v.rawCheck(({ dataset, addIssue }) => {
      const broken = dataset.typed ? webUriRule(dataset.value, kind) : undefined;
      if (broken) addIssue({ message: broken });
    }),
  );

/** Kinds that are a matter of shape; the others have rules of their own. */
type ShapeKind = Exclude<MemberKind, "redirect_uri_list" | "json_web_key_set" | "scope" | "object">;
type Shape = v.GenericSchema<unknown, JsonValue>;

const SCHEMAS: Readonly<Record<ShapeKind, Shape>> = {
  text,
  text_list: listOf(text),
  token,
  token_list: listOf(token),
  boolean: v.boolean(rule("metadata.boolean")),
  seconds: v.pipe(
    v.number(rule("metadata.seconds")),
    v.safeInteger(rule("metadata.seconds")),
    v.minValue(0, rule("metadata.seconds")),
  ),
  application_type: v.picklist(["web", "native"], rule("metadata.choice")),
  subject_type: v.picklist(["public", "pairwise"], rule("metadata.choice")),
  page_uri: webUri("page"),
  https_uri: webUri("https"),
  https_uri_list: listOf(webUri("https")),
  document_uri: webUri("document"),
};

/** What the check of the members found out: the values that hold, told apart by what becomes of them. */
export interface CheckedMembers {
  readonly metadata: ClientMetadata;
  readonly offered: OfferedChoices;
  /** `redirect_uris`, taken apart; empty when one of them does not hold. */
  readonly redirectUris: readonly RedirectUri[];
}

/** Checks each member by its kind. A value that does not hold is left out, and named in `findings`. */
export function checkMembers(
  present: readonly PresentMember[],
  policy: RedirectUriPolicy,
  findings: Findings,
): CheckedMembers {
  const metadata: Record<string, JsonValue> = {};
  const offered = new Map<string, JsonValue>();
  let redirectUris: readonly RedirectUri[] = [];

  for (const { name, member, value } of present) {
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
      case "object":
        if (isJsonObject(value) && isPlainValue(value, MAX_DEPTH)) return value;
        findings.error(name, "metadata.object");
        return undefined;
      default:
        return checkShape(name, SCHEMAS[kind], value);
    }
  }

  function checkShape(name: string, schema: Shape, value: JsonValue) {
    const outcome = v.safeParse(schema, value, { abortPipeEarly: true });
    if (outcome.success) return outcome.output;
    for (const issue of outcome.issues) {
      const index = issue.path?.[0].key as number | undefined;
      findings.error(name, issue.message as Rule, index === undefined ? name : `${name}[${index}]`);
    }
    return undefined;
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
    const held: RedirectUri[] = [];
    value.forEach((uri: JsonValue, i) => {
      const judged = policy.parse(uri);
      if (judged.ok) held.push(judged.value);
      else findings.error(name, judged.error, `${name}[${i}]`);
    });
    if (held.length < value.length) return undefined;
    if (name === "redirect_uris") redirectUris = held;
    return held.map(({ uri }) => uri.raw);
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
