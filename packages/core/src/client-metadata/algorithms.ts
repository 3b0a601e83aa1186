import type { CompleteMetadata, DraftMetadata } from "./defaults.js";
import type { Findings } from "./finding.js";
import { ALGORITHM_MEMBERS, ENCRYPTION_MEMBERS } from "./members.js";
import type { SentMembers } from "./normalise.js";
import type { Rule } from "./rules.js";
import type { SupportedMetadata } from "./supported-metadata.js";

/**
 * The algorithms of the IANA registry "JSON Web Signature and Encryption Algorithms" that client metadata may name.
 * Allow-lists: what is registered tomorrow is refused until it is added here.
 *
 * @see RFC 7518 section 3.1 https://www.rfc-editor.org/rfc/rfc7518#section-3.1
 * @see RFC 9864 section 2 https://www.rfc-editor.org/rfc/rfc9864#section-2
 */
const ASYMMETRIC_SIGNATURES: ReadonlySet<string> = new Set([
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "ES256K"],
  ...["EdDSA", "Ed25519", "Ed448"],
]);

/** Keyed with the client secret (OpenID Connect Core section 10.1). */
const SYMMETRIC_SIGNATURES: ReadonlySet<string> = new Set(["HS256", "HS384", "HS512"]);

/**
 * Without `RSA1_5`, which RFC 8725 section 3.2 tells everybody to avoid, and without the password-based `PBES2` family:
 * a client secret is no password, and the iteration count is the sender's to choose.
 *
 * @see RFC 7518 section 4.1 https://www.rfc-editor.org/rfc/rfc7518#section-4.1
 */
const ASYMMETRIC_KEY_MANAGEMENT: ReadonlySet<string> = new Set([
  ...["RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"],
  ...["ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW"],
]);

/** Keyed with the client secret (OpenID Connect Core section 10.2). */
const SYMMETRIC_KEY_MANAGEMENT: ReadonlySet<string> = new Set([
  ...["dir", "A128KW", "A192KW", "A256KW"],
  ...["A128GCMKW", "A192GCMKW", "A256GCMKW"],
]);

/** @see RFC 7518 section 5.1 https://www.rfc-editor.org/rfc/rfc7518#section-5.1 */
const CONTENT_ENCRYPTION: ReadonlySet<string> = new Set([
  ...["A128CBC-HS256", "A192CBC-HS384", "A256CBC-HS512"],
  ...["A128GCM", "A192GCM", "A256GCM"],
]);

/**
 * The rule that an algorithm breaks as the value of a member, for a client that is otherwise as `asked`. Those that are
 * keyed with the client secret are refused: of a secret there is only a hash here, so what was promised could not be done.
 *
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function algorithmRule(member: string, value: string, asked: CompleteMetadata): Rule | undefined {
  const { algorithm, none } = ALGORITHM_MEMBERS.get(member) ?? {};
  switch (algorithm) {
    case undefined:
      return undefined;
    case "signature":
      if (value === "none") return mayBeNone(none, asked) ? undefined : "algorithm.none";
      return admitted(ASYMMETRIC_SIGNATURES, SYMMETRIC_SIGNATURES, value);
    case "key_management":
      return admitted(ASYMMETRIC_KEY_MANAGEMENT, SYMMETRIC_KEY_MANAGEMENT, value);
    case "content_encryption":
      return CONTENT_ENCRYPTION.has(value) ? undefined : "algorithm.unknown";
  }
}

function admitted(
  asymmetric: ReadonlySet<string>,
  symmetric: ReadonlySet<string>,
  value: string,
): Rule | undefined {
  if (symmetric.has(value)) return "algorithm.symmetric";
  return asymmetric.has(value) ? undefined : "algorithm.unknown";
}

function mayBeNone(
  when: "without_id_token_in_front" | "unless_signature_required" | undefined,
  asked: CompleteMetadata,
): boolean {
  switch (when) {
    case undefined:
      return false;
    // A token from the token endpoint alone: its transport protects it (OpenID Connect Core section 3.1.3.7).
    case "without_id_token_in_front":
      return !asked.response_types.some((type) => type.split(" ").includes("id_token"));
    // RFC 9101 section 10.5: whoever requires signed request objects has `none` rejected.
    case "unless_signature_required":
      return asked["require_signed_request_object"] !== true;
  }
}

/** Checks every member that names an algorithm, and whether there are the keys that it works with. */
export function checkAlgorithms(asked: CompleteMetadata, sent: SentMembers, findings: Findings): void {
  const hasKeys = sent.has("jwks") || sent.has("jwks_uri");
  for (const [member, { needsKeys }] of ALGORITHM_MEMBERS) {
    const value = asked[member];
    if (typeof value !== "string") continue;
    const rule = algorithmRule(member, value, asked);
    if (rule) findings.error(member, rule);
    else if (needsKeys && !hasKeys && value !== "none") findings.error(member, "jwks.required");
  }
}

const DEFAULT_ENC = "A128CBC-HS256";

/**
 * Says the `enc` of each `alg` that came alone. Other defaults, such as RS256 for ID Tokens, are what both sides take
 * silence to mean, and are not said: a client that never heard of OpenID Connect would have to read in its answer about
 * tokens that it will never get.
 *
 * @see OpenID Connect Dynamic Client Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
export function applyEncryptionDefaults(
  asked: DraftMetadata,
  sent: SentMembers,
  supported: SupportedMetadata,
  findings: Findings,
): void {
  for (const [alg, enc] of ENCRYPTION_MEMBERS) {
    if (asked[enc] !== undefined && asked[alg] === undefined && !sent.has(alg)) {
      findings.error(enc, "algorithm.enc_alone");
    }
    if (asked[alg] === undefined || asked[enc] !== undefined || sent.has(enc)) continue;
    const list = ALGORITHM_MEMBERS.get(enc)?.supported;
    const published = list && supported[list];
    if (published && !published.includes(DEFAULT_ENC)) findings.error(enc, "metadata.unsupported");
    asked[enc] = DEFAULT_ENC;
  }
}
