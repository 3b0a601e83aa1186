import { memoryReplayStore } from "../../src/json-web-token/memory-replay-store.js";
import type { JsonObject } from "../../src/lib/json.js";
import type { SignedRequestOptions } from "../../src/software-statement/signed-requests.js";
import {
  softwareStatements,
  type SoftwareStatementsOptions,
} from "../../src/software-statement/software-statements.js";
import { ISSUER, keyServer, testKey } from "../json-web-token/token-issuer.js";
import { managedRegistration, PUBLIC, START } from "./managed-registration.js";

export const REGISTER = "https://as.example/register";
export const AUDIENCE = "https://as.example";
export const NOW = START / 1000;
export const SOFTWARE_JWKS = "https://directory.example/software/keys";

/** The key of the directory that signs statements, that of the software, and one of a stranger by the same name. */
const keys = Promise.all([testKey("PS256"), testKey("PS256", "software-1"), testKey("PS256", "software-1")]);

/** A server that takes signed bodies alone, and what signs and sends them. */
export async function signedRequestServer(
  signedRequests: Partial<SignedRequestOptions> = {},
  more: Partial<SoftwareStatementsOptions> = {},
) {
  const [directory, software, stranger] = await keys;
  const { server, guardedFetch } = keyServer([software.jwk]);
  const managed = managedRegistration({
    softwareStatements: softwareStatements({
      trustedIssuers: [{ issuer: ISSUER, keys: { jwks: { keys: [directory.jwk] } }, algorithms: ["PS256"] }],
      audience: AUDIENCE,
      guardedFetch,
      ...more,
      signedRequests: { replay: memoryReplayStore(), jwksUriClaim: "software_jwks_uri", ...signedRequests },
    }),
  });
  const statement = await directory.sign({
    iss: ISSUER,
    software_id: "editor",
    client_name: "The Editor",
    software_jwks_uri: SOFTWARE_JWKS,
    redirect_uris: PUBLIC.redirect_uris,
  });
  let number = 0;
  const claims = (): JsonObject => ({
    iss: "editor",
    aud: AUDIENCE,
    iat: NOW,
    exp: NOW + 300,
    jti: `request-${(number += 1)}`,
    software_statement: statement,
    ...PUBLIC,
  });
  const sign = (changes: object = {}, key = software, header = {}) =>
    key.sign({ ...claims(), ...changes }, header);
  const send = async (
    body: string,
    type = "application/jwt",
    method = "POST",
    url = REGISTER,
    token?: string,
  ) => {
    const response = await managed.registration.fetch(
      new Request(url, {
        method,
        body,
        headers: { "content-type": type, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      }),
      { clientAddress: "192.0.2.1" },
    );
    return { status: response.status, body: (await response.json()) as JsonObject };
  };
  return { ...managed, server, statement, claims, sign, send, directory, software, stranger };
}
