import "reflect-metadata";
import {
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from "@peculiar/x509";
import { SignJWT, type JWTPayload } from "jose";
import { REGISTER, START } from "../support/managed-registration.js";

export const NOW = START / 1000;
export const APP = "https://app.example/udap";
const DAY = 86_400_000;
const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Somebody with a certificate. */
export interface Party {
  readonly certificate: X509Certificate;
  readonly keys: CryptoKeyPair;
  readonly base64: string;
}

interface Particulars {
  readonly name: string;
  readonly issuer?: Party;
  /** Default: new ones. */
  readonly keys?: CryptoKeyPair;
  readonly uris?: readonly string[];
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly usages?: KeyUsageFlags;
  readonly until?: number;
  readonly from?: number;
  readonly algorithm?: RsaHashedKeyGenParams | EcKeyGenParams;
  readonly signingHash?: string;
  readonly extensions?: readonly Extension[];
}

let serial = 1;

export async function party({
  name,
  issuer,
  keys: given,
  uris = [],
  ca = false,
  pathLength,
  usages,
  from = START - DAY,
  until = START + DAY,
  algorithm = EC,
  signingHash = "SHA-256",
  extensions = [],
}: Particulars): Promise<Party> {
  const keys = given ?? (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]));
  const signer = issuer?.keys ?? keys;
  const certificate = await X509CertificateGenerator.create({
    serialNumber: (serial++).toString(16).padStart(4, "0"),
    subject: `CN=${name}`,
    issuer: issuer?.certificate.subjectName ?? `CN=${name}`,
    notBefore: new Date(from),
    notAfter: new Date(until),
    signingKey: signer.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: { ...signer.privateKey.algorithm, hash: signingHash },
    extensions: [
      new BasicConstraintsExtension(ca, pathLength, true),
      new KeyUsagesExtension(
        usages ?? (ca ? KeyUsageFlags.keyCertSign : KeyUsageFlags.digitalSignature),
        true,
      ),
      ...(uris.length > 0
        ? [new SubjectAlternativeNameExtension(uris.map((value) => ({ type: "url" as const, value })))]
        : []),
      ...extensions,
    ],
  });
  return { certificate, keys, base64: certificate.toString("base64") };
}

/** A community, one of its intermediates, and an application of a member. */
export async function community() {
  const root = await party({ name: "Community", ca: true });
  const intermediate = await party({ name: "Intermediate", ca: true, issuer: root });
  const app = await party({ name: "App", issuer: intermediate, uris: [APP] });
  return { root, intermediate, app };
}

let statements = 0;

export const CLAIMS = {
  client_name: "An app",
  redirect_uris: ["https://app.example/callback"],
  grant_types: ["authorization_code"],
  response_types: ["code"],
  token_endpoint_auth_method: "private_key_jwt",
};

/** A software statement of an application, with what a test changes. */
export function statementOf(
  app: Party,
  chain: readonly Party[],
  claims: JWTPayload = {},
  header: object = {},
  key: CryptoKey = app.keys.privateKey,
): Promise<string> {
  return new SignJWT({
    iss: APP,
    sub: APP,
    aud: REGISTER,
    iat: NOW,
    exp: NOW + 300,
    jti: `statement-${statements++}`,
    ...CLAIMS,
    ...claims,
  })
    .setProtectedHeader({ alg: "ES256", x5c: [app, ...chain].map(({ base64 }) => base64), ...header })
    .sign(key);
}
