import {
  algorithmFitsKey,
  coordinatesFitCurve,
  hasPrivateMember,
  publicKeyMembers,
} from "../crypto/json-web-key.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json.js";
import type { Findings } from "./finding.js";
import { isPlainText } from "./plain-value.js";

const MAX_KEYS = 20;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** What else of a key is kept. `x5u` is not: nobody should come to fetch an address that hides in a key. */
const DESCRIPTIVE_MEMBERS = ["kty", "use", "key_ops", "alg", "kid", "x5c", "x5t", "x5t#S256"];

/**
 * Checks a client's public keys and answers them by allow-list, or adds what is wrong to `findings`. A key of a type that is
 * not known here is left out, as long as there are others: a client may already have keys for tomorrow's algorithms.
 *
 * @see RFC 7591 section 2 https://www.rfc-editor.org/rfc/rfc7591#section-2
 * @see RFC 7517 section 5 https://www.rfc-editor.org/rfc/rfc7517#section-5
 */
export function parseJsonWebKeySet(
  value: JsonValue,
  member: string,
  findings: Findings,
): JsonObject | undefined {
  const keys = isJsonObject(value) ? value["keys"] : undefined;
  if (!Array.isArray(keys) || keys.length === 0) {
    findings.error(member, "jwks.shape");
    return undefined;
  }
  if (keys.length > MAX_KEYS) {
    findings.error(member, "metadata.count", `${member}.keys`);
    return undefined;
  }
  const isUnknown = keys.map(isOfUnknownType);
  const onlyUnknown = isUnknown.every(Boolean);
  return {
    keys: keys.flatMap((key: JsonValue, i) => {
      const place = `${member}.keys[${i}]`;
      if (onlyUnknown || !isUnknown[i]) return [parseKey(key, member, place, findings)];
      findings.warning(member, "jwks.unknown_key_type", place);
      return [];
    }),
  };
}

/** `oct` is known: a symmetric key has no place among public ones. */
function isOfUnknownType(key: JsonValue): boolean {
  if (!isJsonObject(key) || hasPrivateMember(key)) return false;
  const { kty } = key;
  return typeof kty === "string" && kty !== "oct" && !publicKeyMembers(kty);
}

function parseKey(key: JsonValue, member: string, place: string, findings: Findings): JsonObject {
  if (!isJsonObject(key)) {
    findings.error(member, "jwks.shape", place);
    return {};
  }
  if (hasPrivateMember(key)) {
    findings.error(member, "jwks.private_key", place);
    return {};
  }
  const required = publicKeyMembers(key["kty"]);
  if (!required) {
    findings.error(member, "jwks.key_type", place);
    return {};
  }
  const whole =
    required.every((name) => isBase64url(key[name])) &&
    DESCRIPTIVE_MEMBERS.every((name) => isDescriptive(key[name]));
  if (!whole) findings.error(member, "jwks.public_member", place);
  else if (!algorithmFitsKey(key)) findings.error(member, "jwks.algorithm", place);
  else if (!coordinatesFitCurve(key)) findings.error(member, "jwks.coordinate", place);
  return Object.fromEntries(
    [...DESCRIPTIVE_MEMBERS, ...required]
      .filter((name) => Object.hasOwn(key, name))
      .map((name) => [name, key[name]]),
  );
}

// Curve names (`P-256`, `Ed25519`) are spelled with the same alphabet.
function isBase64url(value: JsonValue | undefined): boolean {
  return typeof value === "string" && BASE64URL.test(value);
}

function isDescriptive(value: JsonValue | undefined): boolean {
  if (value === undefined) return true;
  const texts: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  return (
    texts.length > 0 && texts.every((text) => typeof text === "string" && text !== "" && isPlainText(text))
  );
}
