import {
  ASYMMETRIC_KEY_MANAGEMENT,
  ASYMMETRIC_SIGNATURES,
  CONTENT_ENCRYPTION,
  SYMMETRIC_KEY_MANAGEMENT,
  SYMMETRIC_SIGNATURES,
} from "./algorithms.js";
import type { CompleteMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import type { NeighbourRule } from "./neighbour-rules.js";

/** When a member that names a signature algorithm may say `none`. */
type NoneWhen = (asked: CompleteMetadata) => boolean;

const never: NoneWhen = () => false;
/** A token from the token endpoint alone: its transport protects it (OpenID Connect Core section 3.1.3.7). */
const noIdTokenInFront: NoneWhen = ({ response_types }) =>
  !response_types.some((type) => type.split(" ").includes("id_token"));
/** RFC 9101 section 10.5: whoever requires signed request objects has `none` rejected. */
const signatureNotRequired: NoneWhen = (asked) => asked["require_signed_request_object"] !== true;

const SIGNING_MEMBERS: ReadonlyMap<string, NoneWhen> = new Map([
  ["id_token_signed_response_alg", noIdTokenInFront],
  ["request_object_signing_alg", signatureNotRequired],
  ["userinfo_signed_response_alg", never],
  ["token_endpoint_auth_signing_alg", never],
  ["introspection_signed_response_alg", never],
  ["authorization_signed_response_alg", never],
  ["backchannel_authentication_request_signing_alg", never],
  ["nfv_token_signed_response_alg", never],
]);

/** The members for `alg` and `enc` of each thing that can be encrypted. */
export const ENCRYPTION_MEMBERS: ReadonlyMap<string, string> = new Map([
  ["id_token_encrypted_response_alg", "id_token_encrypted_response_enc"],
  ["userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc"],
  ["request_object_encryption_alg", "request_object_encryption_enc"],
  ["introspection_encrypted_response_alg", "introspection_encrypted_response_enc"],
  ["authorization_encrypted_response_alg", "authorization_encrypted_response_enc"],
  ["nfv_token_encrypted_response_alg", "nfv_token_encrypted_response_enc"],
]);
const ENC_MEMBERS: ReadonlySet<string> = new Set(ENCRYPTION_MEMBERS.values());

/**
 * The rule that an algorithm breaks as the value of a member, for a client that is otherwise as `asked`. Those that are
 * keyed with the client secret are refused: of a secret there is only a hash here, so what was promised could not be done.
 *
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function algorithmRule(
  member: string,
  value: string,
  asked: CompleteMetadata,
): NeighbourRule | undefined {
  const noneWhen = SIGNING_MEMBERS.get(member);
  if (noneWhen) {
    if (value === "none") return noneWhen(asked) ? undefined : "algorithm.none";
    return SYMMETRIC_SIGNATURES.has(value) ? "algorithm.symmetric" : admitted(ASYMMETRIC_SIGNATURES, value);
  }
  if (ENCRYPTION_MEMBERS.has(member)) {
    const isSymmetric = SYMMETRIC_KEY_MANAGEMENT.has(value);
    return isSymmetric ? "algorithm.symmetric" : admitted(ASYMMETRIC_KEY_MANAGEMENT, value);
  }
  return ENC_MEMBERS.has(member) ? admitted(CONTENT_ENCRYPTION, value) : undefined;
}

function admitted(list: ReadonlySet<string>, value: string): NeighbourRule | undefined {
  return list.has(value) ? undefined : "algorithm.unknown";
}

/** Every member that names an algorithm. */
export const ALGORITHM_MEMBERS: readonly string[] = [
  ...SIGNING_MEMBERS.keys(),
  ...[...ENCRYPTION_MEMBERS].flat(),
];

/** Checks every member that names an algorithm. */
export function checkAlgorithms(asked: CompleteMetadata, findings: Findings): void {
  for (const member of ALGORITHM_MEMBERS) {
    const value = asked[member];
    const rule = typeof value === "string" ? algorithmRule(member, value, asked) : undefined;
    if (rule) findings.error(member, rule);
  }
}
