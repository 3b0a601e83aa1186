import { decodeBase64 } from "@oslojs/encoding";
import { err, ok, type Result } from "../lib/result.js";
import { payloadOf } from "../json-web-token/payload.js";

/** What of a token request is about who sends it. */
export interface TokenRequest {
  /** The `Authorization` header. */
  readonly authorization?: string | null | undefined;
  /** The form parameters of the body. */
  readonly parameters: Pick<URLSearchParams, "getAll">;
  /**
   * The certificates of the TLS client, its own first, each as DER bytes or as PEM text. Only what the TLS layer says: the
   * client must have proved that it has the private key. A request header is such a word only where your proxy sets it and
   * removes what a client sends under that name.
   * @see RFC 8705 section 2 https://www.rfc-editor.org/rfc/rfc8705#section-2
   */
  readonly clientCertificates?: readonly (Uint8Array | string)[] | undefined;
  /** The `OAuth-Client-Attestation` header. */
  readonly clientAttestation?: string | null | undefined;
  /** The `OAuth-Client-Attestation-PoP` header. */
  readonly clientAttestationPop?: string | null | undefined;
}

type PresentedCredentials = { readonly clientId: string } & (
  | { readonly method: "client_secret_basic" | "client_secret_post"; readonly secret: string }
  | { readonly method: "private_key_jwt"; readonly assertion: string }
  /** An identifier alone, or with an assertion of a method that was added: then this is its `client_assertion_type`. */
  | { readonly method: string }
);

/** How a request shows that a client uses a method. */
export interface MethodPresentation {
  /** The `client_assertion_type`, for a method with an assertion. */
  readonly assertionType?: string;
  /** The client that its credentials name, for a request without `client_id`. Nothing is verified yet. */
  readonly identify?: (request: TokenRequest) => string | undefined;
}

export type PresentationProblem = "no_credentials" | "malformed" | "several_methods";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Reads how a client authenticates. More than one way in a request is an error of the client, and two parsers that each
 * saw another client would be ours.
 *
 * @param methods the methods beside those that are known here
 * @see RFC 6749 section 2.3 https://www.rfc-editor.org/rfc/rfc6749#section-2.3
 * @see RFC 7521 section 4.2 https://www.rfc-editor.org/rfc/rfc7521#section-4.2
 */
export function readPresentedCredentials(
  request: TokenRequest,
  methods: readonly MethodPresentation[] = [],
): Result<PresentedCredentials, PresentationProblem> {
  const names = ["client_id", "client_secret", "client_assertion", "client_assertion_type"] as const;
  const values = names.map((name) => request.parameters.getAll(name));
  if (values.some(({ length }) => length > 1)) return err("malformed");
  // A parameter without a value counts as left out (RFC 6749 section 3.2).
  const [clientId = "", secret = "", assertion = "", assertionType = ""] = values.map(([value]) => value);
  const basic = /^basic(?: |$)/i.test(request.authorization?.trim() ?? "");
  if ([basic, secret !== "", assertion !== ""].filter(Boolean).length > 1) return err("several_methods");

  if (basic) {
    const pair = basicCredentials(request.authorization ?? "");
    if (!pair || (clientId !== "" && clientId !== pair.clientId)) return err("malformed");
    return ok({ method: "client_secret_basic", ...pair });
  }
  if (assertion !== "") {
    const subject = assertedClientId(assertion);
    if (subject !== undefined && methods.some((method) => method.assertionType === assertionType)) {
      // Its subject need not be the identifier: the method says whether the two belong together.
      return ok({ method: assertionType, clientId: clientId || subject });
    }
    if (assertionType !== ASSERTION_TYPE || subject === undefined) return err("malformed");
    if (clientId !== "" && clientId !== subject) return err("malformed");
    return ok({ method: "private_key_jwt", clientId: subject, assertion });
  }
  const named = clientId || (secret ? "" : methods.map(({ identify }) => identify?.(request)).find(Boolean));
  if (!named) return err("no_credentials");
  return ok(
    secret ? { method: "client_secret_post", clientId, secret } : { method: "none", clientId: named },
  );
}

/** Identifier and secret are form-encoded each, then joined by a colon. */
function basicCredentials(authorization: string): { clientId: string; secret: string } | undefined {
  try {
    const encoded = authorization.trim().slice("basic ".length).trim();
    const pair = new TextDecoder("utf-8", { fatal: true }).decode(decodeBase64(encoded));
    const colon = pair.indexOf(":");
    const clientId = formDecoded(pair.slice(0, colon));
    return colon > 0 && clientId !== ""
      ? { clientId, secret: formDecoded(pair.slice(colon + 1)) }
      : undefined;
  } catch {
    return undefined;
  }
}

function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

const MAX_LENGTH = 16_384;

/**
 * Whom an assertion is about, by its own word: enough to look the client up, whose keys then decide. For requests without
 * `client_id`, and to compare with it where both are sent.
 *
 * @see RFC 7521 section 4.2 https://www.rfc-editor.org/rfc/rfc7521#section-4.2
 */
export function assertedClientId(assertion: string): string | undefined {
  if (assertion.length > MAX_LENGTH) return undefined;
  const subject = payloadOf(assertion)?.["sub"];
  return typeof subject === "string" && subject !== "" ? subject : undefined;
}
