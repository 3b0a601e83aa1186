import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate that is its own authority, good for a day; made by `openssl`, since Node.js can make none. */
export function selfSignedCertificate(alternativeNames: readonly string[]): { key: string; cert: string } {
  const directory = mkdtempSync(join(tmpdir(), "oauth-dcr-certificate-"));
  try {
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    const kind = ["-x509", "-nodes", "-days", "1", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
    const names = ["-subj", "/CN=oauth-dcr test", "-addext", `subjectAltName=${alternativeNames.join(",")}`];
    execFileSync("openssl", ["req", ...kind, ...names, "-keyout", key, "-out", cert], { stdio: "pipe" });
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
