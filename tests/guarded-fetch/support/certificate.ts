import { generate } from "selfsigned";

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate that is its own authority, for names like `app.example` and addresses like `127.0.0.1`. */
export async function selfSignedCertificate(alternativeNames: readonly string[]): Promise<TestCertificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "oauth-dcr test" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      {
        name: "subjectAltName",
        altNames: alternativeNames.map((name) =>
          /^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name },
        ),
      },
    ],
  });
  return { key, cert };
}
