import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralNames,
  type X509Certificate,
} from "@peculiar/x509";

/** When most of them are good, for two days around. */
export const MIDDLE = Date.UTC(2026, 10, 5);
const DAY = 86_400_000;
const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Somebody with a key and a certificate, who can issue others. */
export interface Party {
  readonly certificate: X509Certificate;
  readonly der: Uint8Array;
  readonly base64: string;
  readonly keys: CryptoKeyPair;
}

interface Particulars {
  readonly issuer?: Party;
  /** Default: new ones. */
  readonly keys?: CryptoKeyPair;
  readonly subject?: string;
  readonly names?: JsonGeneralNames;
  readonly from?: number;
  readonly until?: number;
  readonly usages?: readonly KeyUsageFlags[] | null;
  readonly purposes?: string[] | null;
  readonly extensions?: Extension[];
  readonly algorithm?: RsaHashedKeyGenParams | EcKeyGenParams | Algorithm;
  readonly pathLength?: number;
  /** Whether it says to be a CA; `undefined` leaves that out. */
  readonly ca?: boolean | undefined;
}

let serial = 1;

async function party({
  issuer,
  keys: given,
  subject = "CN=client",
  names = [],
  from = MIDDLE - DAY,
  until = MIDDLE + DAY,
  usages,
  purposes = null,
  extensions = [],
  algorithm = EC,
  pathLength,
  ca,
}: Particulars): Promise<Party> {
  const keys =
    given ?? ((await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: (serial++).toString(16).padStart(4, "0"),
    subject,
    issuer: issuer?.certificate.subjectName ?? subject,
    notBefore: new Date(from),
    notAfter: new Date(until),
    signingKey: (issuer?.keys ?? keys).privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: {
      ...EC,
      ...(issuer?.keys ?? keys).privateKey.algorithm,
      hash: hashOf(issuer?.keys ?? keys),
    },
    extensions: [
      ...(ca === undefined ? [] : [new BasicConstraintsExtension(ca, pathLength, true)]),
      ...(usages == null ? [] : [new KeyUsagesExtension(bitsOf(usages), true)]),
      ...(purposes ? [new ExtendedKeyUsageExtension(purposes)] : []),
      ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
      ...extensions,
    ],
  });
  const der = new Uint8Array(certificate.rawData);
  return { certificate, der, base64: certificate.toString("base64"), keys };
}

function bitsOf(usages: readonly KeyUsageFlags[]): KeyUsageFlags {
  const bits: number[] = [0, ...usages];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- a set of flags has no name of its own
  return bits.reduce((all, one) => all | one);
}

function hashOf({ privateKey }: CryptoKeyPair): string {
  return (privateKey.algorithm as { hash?: { name: string } }).hash?.name ?? "SHA-256";
}

export function authority(particulars: Particulars = {}): Promise<Party> {
  const { keyCertSign, cRLSign } = KeyUsageFlags;
  return party({ subject: "CN=Root", usages: [keyCertSign, cRLSign], ca: true, ...particulars });
}

export function client(particulars: Particulars): Promise<Party> {
  return party({
    usages: [KeyUsageFlags.digitalSignature],
    purposes: [ExtendedKeyUsage.clientAuth],
    ca: false,
    ...particulars,
  });
}
