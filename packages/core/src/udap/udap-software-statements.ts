import { decodeProtectedHeader, exportJWK, importSPKI, type JWK } from "jose";
import { RESERVED_MEMBERS } from "../client-metadata/members.js";
import { checkAlgorithms } from "../json-web-token/algorithm.js";
import { audiencesOf, withoutRegisteredClaims, type JsonWebTokenClaims } from "../json-web-token/claims.js";
import { localKeySet } from "../json-web-token/key-source.js";
import { publicKeys } from "../json-web-token/public-keys.js";
import { checkReplayStore, spendOnce, type ReplayStore } from "../json-web-token/replay-store.js";
import { checkAudience, checkClockTolerance } from "../json-web-token/verifier-options.js";
import { verifyJsonWebToken } from "../json-web-token/verify-json-web-token.js";
import type { JsonObject } from "../lib/json.js";
import { requireKnownOptions } from "../lib/known-options.js";
import { requireThat } from "../lib/misuse.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";
import type {
  SoftwareStatementProblem,
  SoftwareStatementReason,
  SoftwareStatementVerifier,
  VerifiedSoftwareStatement,
} from "../software-statement/software-statement.js";
import { leadsToAnchor, readCertificateChain, type CertificateChain } from "./certificate-chain.js";
import { alternativeNames } from "../x509/alternative-names.js";
import { readTrustAnchors } from "../x509/trust-anchors.js";

/** Options of `udapSoftwareStatements`. */
export interface UdapSoftwareStatementsOptions {
  /** The certificates of the communities whose members may register, each in PEM or as DER bytes. */
  readonly trustAnchors: readonly (string | Uint8Array)[];
  /** The URL of the registration endpoint, as clients put it into `aud`. */
  readonly audience: string | readonly string[];
  /** Remembers used statements; shared by all processes that answer for one registration endpoint. */
  readonly replay: ReplayStore;
  /**
   * Whether a certificate of the chain is revoked. Gets the certificates as DER bytes, the signer's first. Called only for a valid
   * chain. If it throws, the answer is 503. Default: revocation is not checked.
   */
  readonly isRevoked?: (chain: readonly Uint8Array[]) => Awaitable<boolean>;
  /** The signature algorithms of statements. Default RS256, RS384, ES256 and ES384. */
  readonly algorithms?: readonly string[];
  /** How far clocks may differ, in seconds. Default 60, at most 300. */
  readonly clockToleranceSeconds?: number;
}

const ALGORITHMS = ["RS256", "RS384", "ES256", "ES384"];
/** From `iat` to `exp`. */
const MAX_LIFETIME_SECONDS = 300;

/**
 * Verifies UDAP software statements, which the client signs itself. The certificate chain in `x5c` must lead to one of your trust
 * anchors, and the certificate must name the URI in `iss`. Pass the result to `createClientRegistration` as `softwareStatements`.
 *
 * The certificate vouches only for that URI. Policies read it as `origin.softwareStatementIssuer`. The client itself claims the
 * names, addresses and `software_id` in the statement: policies and consent pages treat them as unverified.
 *
 * If a statement has no keys, the server registers the key of its certificate. The client then authenticates with
 * `private_key_jwt`.
 *
 * @example
 * ```ts
 * import { memoryReplayStore } from "@oauth-dcr/core/memory";
 * import { udapSoftwareStatements } from "@oauth-dcr/core/udap";
 *
 * declare const communityCertificate: string;
 *
 * const verifier = udapSoftwareStatements({
 *   trustAnchors: [communityCertificate],
 *   audience: "https://as.example/register",
 *   replay: memoryReplayStore(),
 * });
 * ```
 * @throws MisuseError for an invalid option
 * @see UDAP Dynamic Client Registration https://www.udap.org/udap-dynamic-client-registration.html
 */
export function udapSoftwareStatements(options: UdapSoftwareStatementsOptions): SoftwareStatementVerifier {
  requireKnownOptions("udapSoftwareStatements", options, [
    "trustAnchors",
    "audience",
    "replay",
    "isRevoked",
    "algorithms",
    "clockToleranceSeconds",
  ] satisfies (keyof UdapSoftwareStatementsOptions)[]);
  const { isRevoked } = options;
  requireThat(
    isRevoked === undefined || typeof isRevoked === "function",
    "ERR_OPTION",
    "isRevoked: must be a function that answers true or false",
  );
  const anchors = readTrustAnchors(options.trustAnchors);
  const replay = checkReplayStore(options.replay);
  const algorithms = checkAlgorithms(options.algorithms ?? ALGORITHMS);
  const audience = checkAudience(options.audience);
  const clockToleranceSeconds = checkClockTolerance(options.clockToleranceSeconds);

  async function verify(
    statement: string,
    nowSeconds: number,
  ): Promise<Result<VerifiedSoftwareStatement, SoftwareStatementProblem>> {
    const header = headerOf(statement);
    const chain = readCertificateChain(header?.["x5c"]);
    const alg = header?.["alg"];
    if (!chain || typeof alg !== "string") return refused("malformed");
    if (!algorithms.includes(alg)) return refused("algorithm");
    const key = await keyOf(chain, alg, header?.["kid"]);
    if (!key) return refused("unknown_key");
    const expected = {
      signerOf: (issuer: string) =>
        alternativeNames(chain[0], "url").includes(issuer)
          ? { algorithms, keys: localKeySet(publicKeys({ keys: [key] }) ?? []) }
          : undefined,
      types: [undefined, "jwt"],
      audience,
      clockToleranceSeconds,
    };
    const verified = await verifyJsonWebToken(statement, expected, nowSeconds);
    if (!verified.ok) {
      const { reason } = verified.error;
      return refused(reason === "keys_unavailable" ? "unknown_key" : reason);
    }
    const { value: claims } = verified;
    const reason = claimsProblem(claims);
    if (reason) return refused(reason);
    if (!(await leadsToAnchor(chain, anchors, nowSeconds))) return refused("untrusted_issuer");
    try {
      const ders = chain.map(({ rawData }) => new Uint8Array(rawData));
      if ((await isRevoked?.(ders)) ?? false) return refused("not_approved");
    } catch (cause) {
      return err({ error: "unavailable", reason: "approval_failed", cause });
    }
    const { iss, jti = "", exp = 0 } = claims;
    const spent = await spendOnce(replay, "software_statement", { iss, jti }, exp + clockToleranceSeconds);
    if (!spent.ok) {
      const { cause } = spent.error;
      return spent.error.reason === "replayed"
        ? refused("replayed")
        : err({ error: "unavailable", reason: "replay_store_unavailable", cause });
    }
    return ok({ issuer: iss, claims: clientMetadataOf(claims, key), isSelfSigned: true });
  }

  return Object.freeze<SoftwareStatementVerifier>({ verify });
}

/** What UDAP demands of the claims, beyond what every token has to say. */
function claimsProblem(claims: JsonWebTokenClaims): SoftwareStatementReason | undefined {
  const { iss, sub, iat, exp, jti } = claims;
  if (audiencesOf(claims).length === 0 || iat === undefined || exp === undefined || jti === undefined) {
    return "claim_missing";
  }
  if (sub !== iss) return "subject";
  if (exp - iat > MAX_LIFETIME_SECONDS) return "lifetime";
  if (claims["software_statement"] !== undefined) return "nested_statement";
  const { software_id: softwareId } = claims;
  return softwareId === undefined || typeof softwareId === "string" ? undefined : "software_id";
}

/** All of the client's metadata is in its statement: what is beside it cannot add redirect URIs or keys. */
function clientMetadataOf(claims: JsonWebTokenClaims, key: JWK): JsonObject {
  const stated = Object.entries(withoutRegisteredClaims(claims)).filter(
    ([name]) => !RESERVED_MEMBERS.has(name),
  );
  const hasKeys = claims["jwks"] !== undefined || claims["jwks_uri"] !== undefined;
  const { kid: _, ...bare } = key;
  return {
    redirect_uris: [],
    ...(!hasKeys && { jwks: { keys: [bare] } }),
    ...Object.fromEntries(stated),
  };
}

/** The key of the signer's certificate, under the name that the header gives it. */
async function keyOf([leaf]: CertificateChain, alg: string, kid: unknown): Promise<JWK | undefined> {
  try {
    const key = await importSPKI(leaf.publicKey.toString("pem"), alg, { extractable: true });
    return { ...(await exportJWK(key)), ...(typeof kid === "string" && { kid }) };
  } catch {
    return undefined;
  }
}

function headerOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}

const SAYS: Readonly<Partial<Record<SoftwareStatementReason, string>>> = {
  malformed: "must be a JWS with the certificates of its signer in x5c, and with iss",
  algorithm: "is signed with an algorithm that this server does not accept",
  untrusted_issuer: "must be signed by a member of a community that this server trusts, which iss names",
  expired: "has expired",
  not_yet_valid: "is not valid yet",
  issued_in_future: "was issued in the future",
  audience: "is not meant for this server",
  claim_missing: "must have aud, iat, exp and jti",
  subject: "must have the same sub as iss",
  lifetime: "must expire within five minutes of its iat",
  replayed: "was used already",
  nested_statement: "must not contain another software statement",
  software_id: "must have a software_id that is text, or none",
  not_approved: "is not approved on this server",
};

function refused(reason: SoftwareStatementReason): Result<never, SoftwareStatementProblem> {
  const unapproved = reason === "untrusted_issuer" || reason === "not_approved";
  return err({
    error: unapproved ? "unapproved_software_statement" : "invalid_software_statement",
    reason,
    says: SAYS[reason] ?? "has a signature that cannot be verified",
  });
}
