import { compactVerify, decodeJwt, decodeProtectedHeader } from "jose";
import type { JsonObject } from "../lib/json.js";
import { err, ok, type Result } from "../lib/result.js";
import { SIGNATURE_ALGORITHMS } from "./algorithm.js";
import {
  audiencesOf,
  hasClaimTypes,
  timeProblem,
  type JsonWebTokenClaims,
  type SignedClaims,
} from "./claims.js";
import type { JsonWebTokenRefusal } from "./json-web-token-problem.js";
import type { PublicKey } from "./public-keys.js";
import type { Signer } from "./trusted-issuer.js";

interface JsonWebTokenExpectations extends SignedClaimsExpectations {
  /** Whose signature counts for a token of that issuer, if anybody's. */
  readonly signerOf: (issuer: string) => Signer | undefined;
}

interface SignedClaimsExpectations {
  /** The values of `typ` in lower case without `application/`; `undefined` among them lets it be missing. */
  readonly types: readonly (string | undefined)[];
  /** Who we are. A token that has an audience must name one of them. */
  readonly audience: readonly string[];
  readonly clockToleranceSeconds: number;
  /** The most characters of a token. Default 16,384, as much as `Authorization` may carry. */
  readonly maxLength?: number;
}

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * The claims of a signed token whose issuer is trusted, whose signature holds, and which is good at this moment. Keys and
 * addresses of keys in its header (`jwk`, `jku`, `x5c`, `x5u`) are not looked at: a token cannot vouch for itself. An
 * extension that it calls critical is one that we do not know.
 *
 * Never rejects.
 * @see RFC 7519 section 7.2 https://www.rfc-editor.org/rfc/rfc7519#section-7.2
 * @see RFC 8725 section 3 https://www.rfc-editor.org/rfc/rfc8725#section-3
 */
export async function verifyJsonWebToken(
  token: string,
  expected: JsonWebTokenExpectations,
  nowSeconds: number,
): Promise<Result<JsonWebTokenClaims, JsonWebTokenRefusal>> {
  const { signerOf } = expected;
  return verifySignedClaims(
    token,
    // Without an issuer nobody could say whose keys count.
    (claims): claims is JsonWebTokenClaims => claims.iss !== undefined,
    ({ iss }) => signerOf(iss),
    expected,
    nowSeconds,
  );
}

/**
 * The same for a token in which something else than its issuer may say whose keys count.
 *
 * @param isWhole whether all claims are there by which the signer is found
 */
export async function verifySignedClaims<Claims extends SignedClaims>(
  token: string,
  isWhole: (claims: SignedClaims) => claims is Claims,
  signerOf: (claims: Claims) => Signer | undefined,
  expected: SignedClaimsExpectations,
  nowSeconds: number,
): Promise<Result<Claims, JsonWebTokenRefusal>> {
  const parsed = parse(token, expected.maxLength ?? 16_384);
  if (!parsed || !isWhole(parsed.claims)) return err({ reason: "malformed" });
  const { alg, kid, typ } = parsed;
  const claims: Claims = parsed.claims;
  if (!SIGNATURE_ALGORITHMS.has(alg)) return err({ reason: "algorithm" });
  if (!expected.types.includes(typ)) return err({ reason: "type" });
  const signer = signerOf(claims);
  if (!signer) return err({ reason: "untrusted_issuer" });
  if (!signer.algorithms.includes(alg)) return err({ reason: "algorithm" });

  const keys = await signer.keys(alg, kid, nowSeconds);
  if (!keys.ok) return keys;
  if (!(await isSignedByOneOf(keys.value, token, alg))) return err({ reason: "signature" });

  const reason = timeProblem(claims, nowSeconds, expected.clockToleranceSeconds);
  if (reason) return err({ reason });
  const audiences = audiencesOf(claims);
  if (audiences.length > 0 && !audiences.some((audience) => expected.audience.includes(audience))) {
    return err({ reason: "audience" });
  }
  return ok(claims);
}

/** For a token whose signer is found without its claims. */
export function anyClaims(_claims: SignedClaims): _claims is SignedClaims {
  return true;
}

interface ParsedToken {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly typ: string | undefined;
  readonly claims: SignedClaims;
}

function parse(token: string, maxLength: number): ParsedToken | undefined {
  if (token.length > maxLength || !COMPACT.test(token)) return undefined;
  try {
    const header: Readonly<Record<string, unknown>> = decodeProtectedHeader(token);
    const { alg, kid, typ } = header;
    const claims = decodeJwt<JsonObject>(token) as JsonObject;
    if (typeof alg !== "string" || !isOptionalText(kid) || !isOptionalText(typ)) return undefined;
    if (Object.hasOwn(header, "crit") || !hasClaimTypes(claims)) return undefined;
    return { alg, kid, typ: typ?.toLowerCase().replace(/^application\//, ""), claims };
  } catch {
    return undefined;
  }
}

function isOptionalText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

async function isSignedByOneOf(keys: readonly PublicKey[], token: string, alg: string): Promise<boolean> {
  for (const key of keys) {
    try {
      await compactVerify(token, key, { algorithms: [alg] });
      return true;
    } catch {
      // Not this one: another signature, or a key that cannot be imported.
    }
  }
  return false;
}
