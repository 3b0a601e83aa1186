import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/lib/json.js";
import { assess, CALLBACK } from "./assess.js";

const METHOD = { ...CALLBACK, token_endpoint_auth_method: "tls_client_auth" };
const SUBJECTS: Readonly<Record<string, { good: readonly string[]; bad: readonly string[] }>> = {
  tls_client_auth_subject_dn: {
    good: [
      "CN=client",
      "CN=client,O=Example\\, Inc.,C=JP",
      "UID=jsmith+CN=J. Smith,DC=example,DC=net",
      "CN=\\ both ends \\ ",
      "CN=a=b",
      "CN=\\23hash",
      "2.5.4.3=client,0.9.2342.19200300.100.1.25=example",
      "1.3.6.1.4.1.1466.0=#04024869",
      "CN=Lu\\C4\\8Di\\C4\\87",
      "CN=\u65e5\u672c\u8a9e",
    ],
    bad: [
      "client",
      "CN=",
      "=client",
      "CN=client,",
      ",CN=client",
      "CN=client, O=Example",
      "CN=client;O=Example",
      "CN= client",
      "CN=client ",
      "CN=#xyz",
      "CN=#0",
      "CN=a+b",
      'CN="quoted"',
      "CN=<b>",
      "CN=back\\slash",
      "CN=end\\",
      "1=client",
      "2.5.04.3=client",
      "C N=client",
      "/C=JP/CN=client",
    ],
  },
  tls_client_auth_san_dns: {
    good: [
      "client.example",
      "Client.Example",
      "localhost",
      "xn--bcher-kva.example",
      "a1.2b.example",
      "1e1.x9",
    ],
    bad: [
      "*.example",
      "client.example.",
      "-a.example",
      "a..example",
      "under_score.example",
      "https://client.example",
      "client.example:443",
      "127.0.0.1",
      "b\u00fccher.example",
      `${"a".repeat(64)}.example`,
      `${"a.".repeat(127)}aa`,
    ],
  },
  tls_client_auth_san_uri: {
    good: [
      "https://client.example/id",
      "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
      "spiffe://client.example/a",
    ],
    bad: [
      "client.example",
      "/id",
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///x",
      "https://a b/",
      "urn:",
    ],
  },
  tls_client_auth_san_ip: {
    good: ["192.0.2.1", "127.0.0.1", "2001:db8::1", "::1"],
    bad: [
      "192.0.2.256",
      "192.0.2",
      "0300.0.2.1",
      "[2001:db8::1]",
      "2001:DB8::1",
      "2001:db8:0::1",
      "::g",
      "1",
    ],
  },
  tls_client_auth_san_email: {
    good: ["client@client.example", "a.b+c@x.example"],
    bad: ["client", "@client.example", "client@", "a b@client.example", "a@b@client.example", "a@127.0.0.1"],
  },
};
const NAMES = Object.keys(SUBJECTS);

describe("the certificate subject of tls_client_auth (RFC 8705 section 2.1.2)", () => {
  it.each(NAMES)("RFC8705-2.1.2 %s is well-formed", (member) => {
    const { good = [], bad = [] } = SUBJECTS[member] ?? {};
    for (const value of good) {
      expect(assess({ ...METHOD, [member]: value }).metadata, value).toMatchObject({ [member]: value });
    }
    for (const value of bad) {
      const { metadata, errors } = assess({ ...METHOD, [member]: value });
      expect(metadata, value).toBeUndefined();
      expect(errors, value).toEqual([`${member} tls_client_auth.subject_form`]);
    }
  });

  it("RFC8705-2.1.2 exactly one member names it", () => {
    const all: JsonObject = Object.fromEntries(NAMES.map((name) => [name, SUBJECTS[name]?.good[0] ?? ""]));
    expect(assess(METHOD).errors).toEqual(["token_endpoint_auth_method tls_client_auth.subject_missing"]);
    expect(assess({ ...METHOD, tls_client_auth_san_dns: "" }).errors).toEqual([
      "token_endpoint_auth_method tls_client_auth.subject_missing",
    ]);
    expect(assess({ ...METHOD, ...all }).errors).toEqual(
      NAMES.slice(1).map((name) => `${name} tls_client_auth.subject_twice`),
    );
    expect(assess({ ...METHOD, tls_client_auth_san_dns: 7 }).errors).toEqual([
      "tls_client_auth_san_dns metadata.type",
    ]);
  });

  it.each(NAMES)("RFC8705-2.1.2 %s beside another method is ignored", (member) => {
    const value = SUBJECTS[member]?.good[0] ?? "";
    for (const token_endpoint_auth_method of ["none", "client_secret_basic"]) {
      const { metadata, warnings, errors } = assess({
        ...CALLBACK,
        token_endpoint_auth_method,
        [member]: value,
      });
      expect(errors).toEqual([]);
      expect(metadata).toMatchObject({ token_endpoint_auth_method });
      expect(metadata).not.toHaveProperty([member]);
      expect(warnings).toEqual([`${member} tls_client_auth.unused`]);
    }
  });

  it("RFC8705-2.1.2 a long name is judged at once", () => {
    for (const value of ["CN=a\\", `CN=${"\\ ".repeat(400)} `, `${"CN=a,".repeat(190)} `, "a.".repeat(499)]) {
      expect(assess({ ...METHOD, tls_client_auth_subject_dn: value.slice(0, 1000) }).errors).toHaveLength(1);
    }
  });
});
