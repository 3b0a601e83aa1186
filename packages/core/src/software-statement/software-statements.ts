import { requireKnownOptions } from "../lib/known-options.js";
import { RESERVED_MEMBERS } from "../client-metadata/members.js";
import type { GuardedFetch } from "../guarded-fetch/guarded-fetch.js";
import { checkAudience, checkClockTolerance } from "../json-web-token/verifier-options.js";
import { withoutRegisteredClaims, type JsonWebTokenClaims } from "../json-web-token/claims.js";
import { trustedSigners, type TrustedIssuer } from "../json-web-token/trusted-issuer.js";
import { verifyJsonWebToken } from "../json-web-token/verify-json-web-token.js";
import type { JsonObject } from "../lib/json.js";
import { requirePositiveInteger, requireThat } from "../lib/misuse.js";
import { err, ok, type Awaitable, type Result } from "../lib/result.js";
import { signedRequestReader, type SignedRequestOptions } from "./signed-requests.js";
import type {
  SelfSignedReason,
  SoftwareStatementProblem,
  SoftwareStatementVerifier,
  VerifiedSoftwareStatement,
  SoftwareStatementReason,
} from "./software-statement.js";

/** Options of `softwareStatements`. */
export interface SoftwareStatementsOptions {
  /** Whose statements are taken, each with its keys. */
  readonly trustedIssuers: readonly TrustedIssuer[];
  /** Our names. A statement with `aud` must name one; without this option, every statement with `aud` is refused. */
  readonly audience?: string | readonly string[];
  /** Fetches the keys of issuers that have a `jwksUri`. */
  readonly guardedFetch?: GuardedFetch;
  /** Default false: statements are shipped with the software and often have no `exp`. */
  readonly requireExpiry?: boolean;
  /**
   * How long after its `iat` a statement is taken, in seconds. One without `iat` is then refused. Default: as long as its
   * `exp` says.
   */
  readonly maxAgeSeconds?: number;
  /**
   * The claim that lists the redirect URIs of the software, such as `software_redirect_uris` of open banking: the client
   * registers some of them, or all if it names none. A statement without it is then refused. Default: none.
   */
  readonly redirectUrisClaim?: string;
  /**
   * Bodies have to be JWTs, sent as `application/jwt` or `application/jose`, that the software signs with a key that its
   * statement names, as open banking has it. Needs `audience`. Default: bodies are plain JSON.
   */
  readonly signedRequests?: SignedRequestOptions;
  /**
   * Whether this server wants that software. Called once for each registration or update, after all signatures hold, also
   * that of a signed body. One that throws answers 503.
   */
  readonly approve?: (statement: VerifiedSoftwareStatement) => Awaitable<boolean>;
  /** Default 60, at most 300. */
  readonly clockToleranceSeconds?: number;
}

/**
 * Verifies software statements of issuers that the operator names.
 *
 * @example
 * ```ts
 * import { guardedFetch, webConnection } from "@oauth-dcr/core/guarded-fetch";
 * import { softwareStatements } from "@oauth-dcr/core/jose";
 *
 * const verifier = softwareStatements({
 *   trustedIssuers: [{ issuer: "https://directory.example", keys: { jwksUri: "https://directory.example/jwks" } }],
 *   guardedFetch: guardedFetch({ connection: webConnection() }),
 * });
 * ```
 * @throws MisuseError for options that make no sense
 * @see RFC 7591 section 2.3 https://www.rfc-editor.org/rfc/rfc7591#section-2.3
 */
export function softwareStatements(options: SoftwareStatementsOptions): SoftwareStatementVerifier {
  requireKnownOptions("softwareStatements", options, [
    "trustedIssuers",
    "audience",
    "guardedFetch",
    "requireExpiry",
    "maxAgeSeconds",
    "redirectUrisClaim",
    "signedRequests",
    "approve",
    "clockToleranceSeconds",
  ] satisfies (keyof SoftwareStatementsOptions)[]);
  const { requireExpiry = false, maxAgeSeconds, redirectUrisClaim, approve } = options;
  if (maxAgeSeconds !== undefined) requirePositiveInteger(maxAgeSeconds, "ERR_OPTION", "maxAgeSeconds");
  requireThat(
    redirectUrisClaim === undefined ||
      (typeof redirectUrisClaim === "string" && /^[a-z][a-z0-9_]*$/.test(redirectUrisClaim)),
    "ERR_OPTION",
    "redirectUrisClaim: must be the name of a claim, such as software_redirect_uris",
  );
  requireThat(
    approve === undefined || typeof approve === "function",
    "ERR_OPTION",
    "approve: must be a function that answers true or false",
  );
  const signers = trustedSigners(options.trustedIssuers, options.guardedFetch);
  const expected = {
    signerOf: (issuer: string) => signers.get(issuer),
    types: [undefined, "jwt"],
    audience: options.audience === undefined ? [] : checkAudience(options.audience),
    clockToleranceSeconds: checkClockTolerance(options.clockToleranceSeconds),
  };

  /** All but whether this server wants the software. */
  async function judge(
    statement: string,
    nowSeconds: number,
  ): Promise<Result<VerifiedSoftwareStatement, SoftwareStatementProblem>> {
    const token = await verifyJsonWebToken(statement, expected, nowSeconds);
    if (!token.ok) {
      const { reason, cause } = token.error;
      if (reason === "keys_unavailable") return err({ error: "unavailable", reason, cause });
      return err(softwareStatementProblem(reason));
    }
    const { value: claims } = token;
    if (requireExpiry && claims.exp === undefined) return err(softwareStatementProblem("claim_missing"));
    if (maxAgeSeconds !== undefined) {
      if (claims.iat === undefined) return err(softwareStatementProblem("claim_missing"));
      if (claims.iat + maxAgeSeconds < nowSeconds) return err(softwareStatementProblem("too_old"));
    }
    const redirectUris = redirectUrisClaim === undefined ? undefined : claims[redirectUrisClaim];
    if (redirectUrisClaim !== undefined && !isListOfTexts(redirectUris))
      return err(softwareStatementProblem("redirect_uris"));
    // It would be a statement about the statement, by whoever wrote that one.
    if (Object.hasOwn(claims, "software_statement")) return err(softwareStatementProblem("nested_statement"));
    const { software_id } = claims;
    if (software_id !== undefined && typeof software_id !== "string")
      return err(softwareStatementProblem("software_id"));

    return ok({
      issuer: claims.iss,
      claims: clientMetadataOf(claims),
      ...(isListOfTexts(redirectUris) && { redirectUris }),
    });
  }

  return Object.freeze<SoftwareStatementVerifier>({
    ...(redirectUrisClaim !== undefined && { redirectUrisClaim }),
    async verify(statement, nowSeconds) {
      const judged = await judge(statement, nowSeconds);
      return judged.ok ? approved(judged.value, approve) : judged;
    },
    ...(options.signedRequests && {
      readSignedRequest: signedRequestReader(options.signedRequests, {
        // The operator is asked when the statement in the body is verified, behind the signature of the body.
        verify: judge,
        audience: checkAudience(options.audience ?? []),
        guardedFetch: options.guardedFetch,
        clockToleranceSeconds: expected.clockToleranceSeconds,
      }),
    }),
  });
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string");
}

function clientMetadataOf(claims: JsonWebTokenClaims): JsonObject {
  return Object.fromEntries(
    Object.entries(withoutRegisteredClaims(claims)).filter(([name]) => !RESERVED_MEMBERS.has(name)),
  );
}

async function approved(
  verified: VerifiedSoftwareStatement,
  approve: SoftwareStatementsOptions["approve"],
): Promise<Result<VerifiedSoftwareStatement, SoftwareStatementProblem>> {
  try {
    const approval: unknown = approve ? await approve(verified) : true;
    return approval === true ? ok(verified) : err(softwareStatementProblem("not_approved"));
  } catch (cause) {
    return err({ error: "unavailable", reason: "approval_failed", cause });
  }
}

type OwnReason = Exclude<SoftwareStatementReason, SelfSignedReason>;

/** What the client reads of each reason. Signature and key are told apart in the operator's log alone. */
const SAYS: Readonly<Record<OwnReason, string>> = {
  malformed: "must be a JWS in compact serialization whose claims have iss, each of its registered type",
  type: "has a typ that is not that of a software statement",
  algorithm: "is signed with an algorithm that this server does not accept",
  untrusted_issuer: "comes from an issuer that this server does not trust",
  unknown_key: "has a signature that cannot be verified",
  signature: "has a signature that cannot be verified",
  expired: "has expired",
  not_yet_valid: "is not valid yet",
  issued_in_future: "was issued in the future",
  audience: "is not meant for this server",
  claim_missing: "lacks a claim that says until when it is good",
  nested_statement: "must not contain another software statement",
  software_id: "must have a software_id that is text, or none",
  redirect_uris: "must list the redirect URIs of the software",
  too_old: "is too old",
  not_approved: "is not approved on this server",
};

/** The problem as the caller gets it; RFC 7591 section 3.2.2 knows two codes. */
function softwareStatementProblem(reason: OwnReason): SoftwareStatementProblem {
  const unapproved = reason === "untrusted_issuer" || reason === "not_approved";
  return {
    error: unapproved ? "unapproved_software_statement" : "invalid_software_statement",
    reason,
    says: SAYS[reason],
  };
}
