import { beforeAll, describe, expect, it } from "vitest";
import { hasSubjectName } from "../../src/mutual-tls/subject-name.js";
import type { X509Certificate } from "../../src/x509/x509.js";
import { client } from "./certificates.js";

describe("the subject of a certificate", () => {
  let certificate: X509Certificate;
  beforeAll(async () => {
    // In the order of the certificate, from the country down.
    ({ certificate } = await client({
      subject: "C=DE, O=Müller\\, Söhne, OU=A+L=Berlin, 2.5.4.97=PSDDE-1, CN=client one",
    }));
  });

  it.each([
    "CN=client one,2.5.4.97=PSDDE-1,OU=A+L=Berlin,O=Müller\\, Söhne,C=DE",
    "cn=Client  ONE,organizationIdentifier=psdde-1,L=berlin+ou=a,O=m\\C3\\BCller\\2C s\\c3\\b6hne,c=de",
    "CN=#0c0a636c69656e74206f6e65,2.5.4.97=#0C0750534444452D31,OU=A+L=Berlin,O=Müller\\, Söhne,C=DE",
  ])("is %s", (name) => {
    expect(hasSubjectName(certificate, name)).toBe(true);
  });

  it.each([
    "C=DE,O=Müller\\, Söhne,OU=A+L=Berlin,2.5.4.97=PSDDE-1,CN=client one",
    "CN=client one",
    "CN=client one,2.5.4.97=PSDDE-1,OU=A,L=Berlin,O=Müller\\, Söhne,C=DE",
    "CN=client two,2.5.4.97=PSDDE-1,OU=A+L=Berlin,O=Müller\\, Söhne,C=DE",
    "CN=client one,2.5.4.97=PSDDE-1,OU=A+L=Berlin,O=Müller\\, Söhne,C=DE,C=DE",
    "CN=*,2.5.4.97=PSDDE-1,OU=A+L=Berlin,O=Müller\\, Söhne,C=DE",
    "UNKNOWN=client one,2.5.4.97=PSDDE-1,OU=A+L=Berlin,O=Müller\\, Söhne,C=DE",
    "CN=#zz",
    "CN=\\ff",
    "CN",
    "",
  ])("is not %s", (name) => {
    expect(hasSubjectName(certificate, name)).toBe(false);
  });

  it("is no text that imitates an encoded value", async () => {
    const { certificate: imitation } = await client({ subject: 'CN="\\#0402abcd"' });
    for (const name of ["CN=#0402abcd", "CN=\\#0402abcd"]) {
      expect(hasSubjectName(imitation, name)).toBe(false);
    }
  });

  it("is nothing where it is empty", async () => {
    const { certificate: nameless } = await client({ subject: "" });
    expect(hasSubjectName(nameless, "")).toBe(false);
  });
});
