import type { JsonObject } from "../lib/json.js";
import { ok } from "../lib/result.js";
import type { SoftwareStatementVerifier } from "../software-statement/software-statement.js";

/** The claims of a directory's statement, and the client metadata that they are. */
const MEMBERS: ReadonlyMap<string, string> = new Map([
  ["software_client_name", "client_name"],
  ["software_client_uri", "client_uri"],
  ["software_logo_uri", "logo_uri"],
  ["software_policy_uri", "policy_uri"],
  ["software_tos_uri", "tos_uri"],
]);

/**
 * Reads the claims of open banking as client metadata, so that what the directory says of the software wins over what the
 * client says of itself, the address of its keys too.
 *
 * @see RFC 7591 section 3.1.1 https://www.rfc-editor.org/rfc/rfc7591#section-3.1.1
 */
export function openBankingStatements(
  verifier: SoftwareStatementVerifier,
  jwksUriClaim: string,
): SoftwareStatementVerifier {
  const members = new Map([...MEMBERS, [jwksUriClaim, "jwks_uri"]]);
  const { readSignedRequest } = verifier;
  return Object.freeze<SoftwareStatementVerifier>({
    ...verifier,
    async verify(statement, nowSeconds) {
      const verified = await verifier.verify(statement, nowSeconds);
      return verified.ok
        ? ok({ ...verified.value, claims: asMetadata(verified.value.claims, members) })
        : verified;
    },
    ...(readSignedRequest && {
      async readSignedRequest(request, nowSeconds) {
        const read = await readSignedRequest(request, nowSeconds);
        return read.ok ? ok(asRegistered(read.value)) : read;
      },
    }),
  });
}

/**
 * Versions 3.1 to 3.3 of the profile write `mobile` for what OpenID Connect calls `native`.
 * @see OpenID Connect Registration section 2 https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata
 */
function asRegistered(request: JsonObject): JsonObject {
  return request["application_type"] === "mobile" ? { ...request, application_type: "native" } : request;
}

function asMetadata(claims: JsonObject, members: ReadonlyMap<string, string>): JsonObject {
  const named = Object.entries(claims).filter(([claim]) => members.has(claim));
  return {
    ...Object.fromEntries(Object.entries(claims).filter(([claim]) => !members.has(claim))),
    ...Object.fromEntries(named.map(([claim, value]) => [members.get(claim) ?? claim, value])),
    // Directories write it as a number.
    ...(typeof claims["software_version"] === "number" && {
      software_version: String(claims["software_version"]),
    }),
  };
}
