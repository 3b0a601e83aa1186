import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from "jose";
import { expect } from "vitest";
import { openRegistration } from "../../src/access/open-registration.js";
import { protectedRegistration } from "../../src/access/protected-registration.js";
import { requireSoftwareStatement } from "../../src/access/require-software-statement.js";
import { allowSoftwareIds } from "../../src/policy/allow-software-ids.js";
import { softwareStatements } from "../../src/software-statement/software-statements.js";
import { PUBLIC } from "../support/managed-registration.js";
import { ISSUER } from "../json-web-token/token-issuer.js";
import { attackedRegistration, type PresetName } from "../support/attacked-registration.js";
import { recordedConnection } from "../support/recording-connection.js";

export const KEYS_AT = "https://keys.issuer.example/jwks";
/** An issuer whose keys are fetched. */
export const REMOTE = "https://remote-issuer.example";
export const CLAIMS = { iss: ISSUER, software_id: "good", client_name: "Verified" };

/** Whom the server trusts, and somebody who would like to pass for it. */
export interface StatementIssuer {
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
  readonly sign: (claims: object, header?: object, key?: CryptoKey) => Promise<string>;
  readonly mallory: { readonly privateKey: CryptoKey; readonly jwk: JWK };
}

export async function statementIssuer(): Promise<StatementIssuer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const other = await generateKeyPair("RS256", { extractable: true });
  return {
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid: "key-1", alg: "RS256" },
    sign: (claims, header = {}, key = privateKey) =>
      new SignJWT({ ...claims }).setProtectedHeader({ alg: "RS256", kid: "key-1", ...header }).sign(key),
    mallory: { privateKey: other.privateKey, jwk: { ...(await exportJWK(other.publicKey)), kid: "key-1" } },
  };
}

export function registrationTrusting({ jwk }: StatementIssuer, preset: PresetName) {
  const connection = recordedConnection({ keys: [jwk] });
  const access =
    preset === "mcpPreset" ? openRegistration({ dangerouslyUnlimited: true }) : protectedRegistration();
  const registration = attackedRegistration(preset, {
    access: requireSoftwareStatement(access),
    guardedFetch: connection.guardedFetch,
    policies: { every: [allowSoftwareIds(["good"])] },
    softwareStatements: softwareStatements({
      trustedIssuers: [
        { issuer: ISSUER, keys: { jwks: { keys: [jwk] } } },
        { issuer: REMOTE, keys: { jwksUri: KEYS_AT } },
      ],
      guardedFetch: connection.guardedFetch,
    }),
  });
  return { ...registration, connection, urls: () => connection.requests.map(({ url }) => url.href) };
}

/** Each forged statement, sent to register and, by a client with a good one, to update. */
export async function expectRefused(
  preset: PresetName,
  issuer: StatementIssuer,
  forged: Readonly<Record<string, unknown>>,
): Promise<void> {
  const registration = registrationTrusting(issuer, preset);
  const victim = await registration.innocent({ ...PUBLIC, software_statement: await issuer.sign(CLAIMS) });
  const before = await registration.record(victim.client_id);
  for (const [what, software_statement] of Object.entries(forged)) {
    const body = { ...PUBLIC, software_id: "good", software_statement };
    for (const answer of [await registration.post(body), await registration.put(victim, body)]) {
      expect(answer.status, what).toBe(400);
      expect(answer.body["error"], what).toMatch(
        /^(?:invalid|unapproved)_software_statement$|^invalid_client_metadata$/,
      );
    }
  }
  expect(await registration.record(victim.client_id)).toEqual(before);
  expect(registration.written.length).toBe(1);
  expect(registration.urls()).toEqual([]);
}
