import "reflect-metadata";
import { Extension, ExtendedKeyUsage, KeyUsageFlags, type JsonGeneralNames } from "@peculiar/x509";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { tlsClientAuth, type TlsClientAuthOptions } from "../../src/mutual-tls/index.js";
import { managedRegistration, misuseOf, START } from "../support/managed-registration.js";
import { authority, client, type Party } from "./certificates.js";

let root: Party, intermediate: Party, foreign: Party;
beforeAll(async () => {
  root = await authority();
  intermediate = await authority({ issuer: root, subject: "CN=Intermediate", pathLength: 0 });
  foreign = await authority();
});

const NAMES: JsonGeneralNames = [{ type: "dns", value: "client.example" }];
const CLIENT = {
  grant_types: ["client_credentials"],
  response_types: [],
  token_endpoint_auth_method: "tls_client_auth",
  tls_client_auth_san_dns: "client.example",
};

function serverWith(options: Partial<TlsClientAuthOptions> = {}) {
  const managed = managedRegistration({
    authorizationServer: {
      issuer: "https://as.example",
      scopes_supported: ["read", "write"],
      grant_types_supported: ["authorization_code", "client_credentials"],
      token_endpoint_auth_methods_supported: ["none", "client_secret_post", "tls_client_auth"],
    },
    authenticationMethods: [tlsClientAuth({ trustAnchors: [root.der], ...options })],
  });
  const authenticate = async (
    certificates: readonly (Party | Uint8Array | string)[],
    body: object = CLIENT,
    more: Record<string, string> = {},
  ) => {
    const { client_id } = await managed.register(body);
    const result = await managed.registration.authenticateClient({
      parameters: new URLSearchParams({ client_id, ...more }),
      clientCertificates: certificates.map((one) =>
        typeof one === "object" && "der" in one ? one.der : one,
      ),
    });
    if (result.ok) return result.value.clientId === client_id ? "ok" : "another client";
    return result.error.kind === "invalid_client" ? result.error.reason : result.error.kind;
  };
  return { ...managed, authenticate };
}

describe("tls_client_auth", () => {
  it("authenticates a client by a certificate of a trusted CA, as DER and as PEM", async () => {
    const { authenticate } = serverWith();
    const direct = await client({ issuer: root, names: NAMES });
    expect(await authenticate([direct])).toBe("ok");
    expect(await authenticate([direct.certificate.toString("pem")])).toBe("ok");
    const below = await client({ issuer: intermediate, names: NAMES });
    expect(await authenticate([below, intermediate])).toBe("ok");
    expect(await authenticate([below, intermediate, root])).toBe("ok");
    const chain = [below, intermediate].map(({ certificate }) => certificate.toString("pem")).join("\n");
    expect(await authenticate([chain])).toBe("ok");
    const pem = serverWith({ trustAnchors: [root.certificate.toString("pem")] });
    expect(await pem.authenticate([direct])).toBe("ok");
    const pinned = serverWith({ trustAnchors: [intermediate.der] });
    expect(await pinned.authenticate([below])).toBe("ok");
  });

  it.each<[string, JsonGeneralNames, string]>([
    ["tls_client_auth_san_dns", [{ type: "dns", value: "CLIENT.example" }], "client.EXAMPLE"],
    [
      "tls_client_auth_san_uri",
      [{ type: "url", value: "https://client.example/a" }],
      "https://client.example/a",
    ],
    ["tls_client_auth_san_ip", [{ type: "ip", value: "192.0.2.1" }], "192.0.2.1"],
    ["tls_client_auth_san_ip", [{ type: "ip", value: "2001:db8:0:0:0:0:0:1" }], "2001:db8::1"],
    ["tls_client_auth_san_email", [{ type: "email", value: "Ops@CLIENT.example" }], "Ops@client.example"],
  ])("compares %s", async (member, names, value) => {
    const { authenticate } = serverWith();
    const { tls_client_auth_san_dns: _, ...body } = CLIENT;
    const certificate = await client({ issuer: root, names });
    expect(await authenticate([certificate], { ...body, [member]: value })).toBe("ok");
    const other = await client({ issuer: root, names: [{ type: "dns", value: "other.example" }] });
    expect(await authenticate([other], { ...body, [member]: value })).toBe("subject");
  });

  it("compares the subject, and takes no name of one kind for another", async () => {
    const { authenticate } = serverWith();
    const { tls_client_auth_san_dns: _, ...body } = CLIENT;
    const named = { ...body, tls_client_auth_subject_dn: "CN=client.example,O=Example" };
    expect(
      await authenticate([await client({ issuer: root, subject: "O=Example, CN=client.example" })], named),
    ).toBe("ok");
    expect(await authenticate([await client({ issuer: root, names: NAMES })], named)).toBe("subject");
    const inSubject = await client({ issuer: root, subject: "CN=client.example" });
    expect(await authenticate([inSubject])).toBe("subject");
    for (const value of ["*.example", "*", "client.example.evil.example", "client.example\0.evil.example"]) {
      const wild = await client({ issuer: root, names: [{ type: "dns", value }] });
      expect(await authenticate([wild])).toBe("subject");
    }
    const asUri = await client({ issuer: root, names: [{ type: "url", value: "client.example" }] });
    expect(await authenticate([asUri])).toBe("subject");
  });

  it("refuses a certificate that no trusted CA has issued", async () => {
    const { authenticate } = serverWith();
    // A CA of the same name, with a key of its own.
    const forged = await client({ issuer: foreign, names: NAMES });
    expect(await authenticate([forged])).toBe("untrusted_certificate");
    expect(await authenticate([forged, foreign])).toBe("untrusted_certificate");
    expect(await authenticate([await client({ names: NAMES })])).toBe("untrusted_certificate");
    const below = await client({ issuer: intermediate, names: NAMES });
    expect(await authenticate([below])).toBe("untrusted_certificate");
    expect(await authenticate([below, foreign])).toBe("untrusted_certificate");
    const changed = (await client({ issuer: root, names: NAMES })).der;
    changed.set([(changed.at(-1) ?? 0) ^ 1], changed.length - 1);
    expect(await authenticate([changed])).toBe("untrusted_certificate");
  });

  it("lets nobody issue certificates but a CA, and only as far as it may", async () => {
    const { authenticate } = serverWith();
    const below = async (issuer: Party) => [await client({ issuer, names: NAMES }), issuer];
    const plain = await client({ issuer: root, subject: "CN=plain" });
    expect(await authenticate(await below(plain))).toBe("untrusted_certificate");
    const silent = await authority({ issuer: root, subject: "CN=silent", ca: undefined });
    expect(await authenticate(await below(silent))).toBe("untrusted_certificate");
    const noSigner = await authority({
      issuer: root,
      subject: "CN=no",
      usages: [KeyUsageFlags.digitalSignature],
    });
    expect(await authenticate(await below(noSigner))).toBe("untrusted_certificate");
    const expired = await authority({ issuer: root, subject: "CN=old", until: START - 1 });
    expect(await authenticate(await below(expired))).toBe("untrusted_certificate");
    const tooDeep = await authority({ issuer: intermediate, subject: "CN=deep" });
    expect(await authenticate([...(await below(tooDeep)), intermediate])).toBe("untrusted_certificate");
    const constrained = await authority({
      issuer: root,
      subject: "CN=constrained",
      extensions: [new Extension("2.5.29.30", false, new Uint8Array([0x30, 0]))],
    });
    expect(await authenticate(await below(constrained))).toBe("untrusted_certificate");
  });

  it("refuses weak signatures and keys", async () => {
    const rsa = { name: "RSASSA-PKCS1-v1_5", publicExponent: new Uint8Array([1, 0, 1]) };
    for (const [hash, modulusLength, answer] of [
      ["SHA-1", 2048, "untrusted_certificate"],
      ["SHA-256", 1024, "untrusted_certificate"],
      ["SHA-256", 2048, "ok"],
    ] as const) {
      const issuer = await authority({ algorithm: { ...rsa, hash, modulusLength } });
      const { authenticate } = serverWith({ trustAnchors: [issuer.der] });
      expect(await authenticate([await client({ issuer, names: NAMES })])).toBe(answer);
    }
    const issuer = await authority({ algorithm: { name: "Ed25519" } });
    const { authenticate } = serverWith({ trustAnchors: [issuer.der] });
    expect(await authenticate([await client({ issuer, names: NAMES })])).toBe("ok");
  });

  it("refuses a certificate before and after its time, and for another purpose", async () => {
    const { authenticate } = serverWith();
    const of = (particulars: Parameters<typeof client>[0]) =>
      client({ issuer: root, names: NAMES, ...particulars });
    expect(await authenticate([await of({ from: START + 1000 })])).toBe("not_yet_valid");
    expect(await authenticate([await of({ until: START - 1000 })])).toBe("expired");
    expect(await authenticate([await of({ purposes: [ExtendedKeyUsage.serverAuth] })])).toBe(
      "certificate_usage",
    );
    expect(await authenticate([await of({ usages: [KeyUsageFlags.keyEncipherment] })])).toBe(
      "certificate_usage",
    );
    expect(await authenticate([await of({ ca: true })])).toBe("certificate_usage");
    expect(await authenticate([await of({ ca: undefined, usages: null, purposes: null })])).toBe("ok");
    const unknown = new Extension("1.2.3.4", true, new Uint8Array([5, 0]));
    expect(await authenticate([await of({ extensions: [unknown] })])).toBe("certificate_usage");
  });

  it("refuses what is no certificate, and says a thing twice", async () => {
    const { authenticate } = serverWith();
    const good = await client({ issuer: root, names: NAMES });
    expect(await authenticate([])).toBe("certificate_missing");
    for (const bad of [
      "",
      "garbage",
      good.base64,
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
      new Uint8Array(),
      new Uint8Array([0x30, 0x80]),
      new TextEncoder().encode(good.certificate.toString("pem")),
      new Uint8Array(20_000).fill(0x30),
      good.der.slice(0, -10),
    ]) {
      expect(await authenticate([bad])).toBe("certificate_malformed");
      expect(await authenticate([good, bad])).toBe("certificate_malformed");
    }
    expect(await authenticate(Array.from({ length: 11 }, () => good))).toBe("certificate_malformed");
    const pem = `${good.certificate.toString("pem")}\n`;
    expect(await authenticate([pem.repeat(11)])).toBe("certificate_malformed");
    const [extension] = good.certificate.extensions.filter(({ type }) => type === "2.5.29.17");
    if (!extension) throw new Error("there is no subject alternative name");
    const twice = await client({ issuer: root, names: NAMES, extensions: [extension] });
    expect(await authenticate([twice])).toBe("certificate_malformed");
  });

  it("bounds the work that a sender of many intermediates makes", async () => {
    // Each could have issued each: there are thousands of paths, and none leads to a trusted one.
    const first = await authority({ subject: "CN=same" });
    const same = await Promise.all(
      Array.from({ length: 9 }, () => authority({ issuer: first, subject: "CN=same", keys: first.keys })),
    );
    const certificate = await client({ issuer: first, names: NAMES });
    const { authenticate } = serverWith();
    const verify = vi.spyOn(crypto.subtle, "verify");
    onTestFinished(() => verify.mockRestore());
    expect(await authenticate([certificate, ...same])).toBe("untrusted_certificate");
    expect(verify.mock.calls.length).toBeLessThanOrEqual(60);
  });

  it("may leave the path to the TLS layer, and nothing else", async () => {
    const { authenticate } = serverWith({ trustAnchors: "verified_by_platform" });
    expect(await authenticate([await client({ issuer: foreign, names: NAMES })])).toBe("ok");
    expect(await authenticate([await client({ issuer: foreign })])).toBe("subject");
    expect(await authenticate([await client({ issuer: foreign, names: NAMES, until: START - 1000 })])).toBe(
      "expired",
    );
  });

  it("is not confused with other methods: a certificate alone is no public client and no secret", async () => {
    const { authenticate } = serverWith();
    const certificate = await client({ issuer: root, names: NAMES });
    expect(await authenticate([certificate], CLIENT, { client_secret: "x" })).toBe("method");
    const open = { redirect_uris: ["https://app.example/cb"], token_endpoint_auth_method: "none" };
    expect(await authenticate([certificate], open)).toBe("ok");
    const posting = { ...open, token_endpoint_auth_method: "client_secret_post" };
    expect(await authenticate([certificate], posting)).toBe("method");
  });

  it("is misused without a CA", () => {
    for (const trustAnchors of [
      [],
      "",
      "verified",
      [root.base64],
      ["garbage"],
      [new Uint8Array()],
      undefined,
    ]) {
      expect(misuseOf(() => tlsClientAuth({ trustAnchors: trustAnchors as never }))).toBe("ERR_TRUST_ANCHOR");
    }
  });
});
